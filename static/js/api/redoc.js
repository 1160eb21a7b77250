// Starts ReDoc on our own schema, in the fonts the machine has.

// ReDoc draws its maker's logo from a server of theirs. The page's policy would refuse the request;
// like this there is none, and no complaint about it.
const image = HTMLImageElement.prototype;
const source = Object.getOwnPropertyDescriptor(image, "src");
const isOurs = (address) =>
  address.startsWith("data:") || new URL(address, location.href).origin === location.origin;

Object.defineProperty(image, "src", {
  ...source,
  set(address) {
    if (isOurs(address)) source.set.call(this, address);
  },
});
image.setAttribute = function (name, value) {
  if (name !== "src" || isOurs(value)) Element.prototype.setAttribute.call(this, name, value);
};

const place = document.getElementById("redoc");
const fonts = "system-ui, sans-serif";

Redoc.init(
  place.dataset.schema,
  { theme: { typography: { fontFamily: fonts, headings: { fontFamily: fonts } } } },
  place,
);
