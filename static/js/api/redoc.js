// Starts ReDoc on our own schema, in the fonts the machine has.
const place = document.getElementById("redoc");
const fonts = "system-ui, sans-serif";

Redoc.init(
  place.dataset.schema,
  {
    hideDownloadButton: false,
    theme: { typography: { fontFamily: fonts, headings: { fontFamily: fonts } } },
  },
  place,
);
