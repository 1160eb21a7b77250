"""Every code the kit and this app may answer with: code, HTTP status, sentence for a person."""

from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import Code

CODES = [
    # What any input can get wrong.
    Code("invalid_input", 400, _(
        "Some of the information is missing or wrong. Correct it and try again."
    )),
    Code("required", 400, _("Fill this in.")),
    Code("invalid", 400, _("This is not valid.")),
    Code("invalid_choice", 400, _("Choose one of the values offered.")),
    Code("max_length", 400, _("This is too long.")),
    Code("out_of_range", 400, _("This number is too small or too large.")),
    Code("unique", 400, _("This is already in use. Choose another.")),
    Code("unknown_field", 400, _("There is no field of this name.")),
    Code("unknown_parameter", 400, _("There is no parameter of this name.")),
    Code("read_only", 400, _("This is set by the server and cannot be changed.")),
    Code("cursor_invalid", 400, _(
        "This page marker does not fit the list. Start again from the first page."
    )),
    Code("limit_invalid", 400, _("A page has 1 to 100 rows.")),
    Code("nul_character", 400, _("A text cannot hold the NUL character.")),
    Code("masked", 400, _("This was shown to you in part only. Leave it out, or send it whole.")),
    Code("naive_datetime", 400, _(
        "Give the time with its offset from UTC, such as 2026-03-14T09:00:00+00:00."
    )),
    Code("time_skipped", 400, _(
        "This time does not exist on that day: the clocks go forward. Choose another."
    )),
    Code("time_repeated", 400, _(
        "This time comes twice on that day: the clocks go back. Choose another, or say which of "
        "the two is meant."
    )),
    Code("phone_invalid", 400, _(
        "This is not a phone number. Give all its digits, with the country code if it is "
        "foreign."
    )),
    Code("date_invalid", 400, _(
        "This is not a date. Give a year, a month and year, or a full date."
    )),
    Code("money_invalid", 400, _(
        "This is not an amount. Write it in digits, such as 12.50, and send it as text."
    )),
    Code("money_decimals", 400, _("This amount has more than %(digits)s decimals.")),
    Code("money_too_large", 400, _("This amount is too large.")),
    Code("quantity_invalid", 400, _(
        "This is not a quantity. Write it in digits, such as 36.8, and send it as text."
    )),
    Code("quantity_decimals", 400, _("A quantity has at most %(digits)s decimals.")),
    Code("quantity_too_large", 400, _("This quantity is too large.")),
    Code("interval_reversed", 400, _("The end must be after the start.")),
    Code("days_reversed", 400, _("The last day must not be before the first.")),
    Code("other_tenant", 400, _("This belongs to another hospital.")),
    Code("retired_choice", 400, _("This has been retired. Choose another.")),
    Code("password_context_word", 400, _(
        "This password is too close to the name of the hospital or of this program."
    )),
    Code("reason_required", 400, _("Say why.")),
    Code("reason_too_long", 400, _("Keep the reason under 200 characters.")),
    Code("if_match_invalid", 400, _('Give the version you have seen in quotes, as in If-Match: "3".')),
    Code("idempotency_key_invalid", 400, _(
        "An idempotency key has 1 to 255 visible ASCII characters."
    )),
    Code("malformed", 400, _("The body could not be read. Send valid JSON.")),
    # Who is asking.
    Code("not_authenticated", 401, _("Sign in, or send a valid token.")),
    Code("forbidden", 403, _(
        "You are not allowed to do this. It needs the permission %(permission)s."
    )),
    Code("field_forbidden", 403, _("You are not allowed to change %(fields)s.")),
    Code("reauth", 403, _("Show your password again to do this.")),
    Code("https_required", 403, _(
        "This is served over HTTPS only. Replace the token: it was sent unencrypted."
    )),
    Code("csrf", 403, _(
        "This form is too old or came from elsewhere. Open the page again and repeat."
    )),
    Code("not_found", 404, _("There is nothing here, or it is not yours to see.")),
    Code("method_not_allowed", 405, _("This is not possible here.")),
    Code("file_expired", 410, _(
        "This file was kept for a day and is gone now. Export the list again."
    )),
    # What the state forbids.
    Code("overlap", 409, _("This time is already taken.")),
    Code("at_most", 409, _("There is no room left for this.")),
    Code("chain", 409, _("What this leads to must not lead on to something else.")),
    Code("append_only", 409, _("This can only be added to, never changed.")),
    Code("in_use", 409, _("This is still in use. Close or move what is listed first.")),
    Code("retired", 409, _("This has been retired. Restore it first.")),
    Code("not_retired", 409, _("This is not retired, so there is nothing to restore.")),
    Code("restore_conflict", 409, _("It cannot come back as it is: %(problem)s")),
    Code("external_id_taken", 409, _("This external id already belongs to another record.")),
    Code("form_already_sent", 409, _(
        "This form was already sent, and saved, with other contents. Look at the result "
        "before sending more."
    )),
    Code("other_hospital", 409, _(
        "You have switched to another hospital since you opened this page. Switch back to "
        "save it; nothing typed is lost."
    )),
    Code("last_administrator", 409, _(
        "A hospital needs at least one administrator. Appoint another one first."
    )),
    Code("installation_not_empty", 409, _(
        "This installation already has a hospital. Nothing was changed."
    )),
    Code("too_many_rows", 409, _(
        "An Excel file holds at most %(most)s rows. Choose CSV, or filter the list."
    )),
    Code("already_decided", 409, _("Somebody else has already decided on this.")),
    # Files that are brought in.
    Code("import_no_table", 400, _(
        "This is neither CSV nor XLSX. Save the table as one of the two, and choose that file."
    )),
    Code("import_too_large", 400, _(
        "A file has at most %(most)s MB. Divide it into several, or save it as CSV."
    )),
    Code("import_too_many_rows", 400, _("A file has at most %(most)s rows. Divide it into several.")),
    Code("import_too_many_columns", 400, _(
        "A table has at most %(most)s columns. Leave out what is not to be brought in."
    )),
    Code("import_empty", 400, _("There are no rows under the headings of this file.")),
    Code("import_first_sheet", 400, _(
        "Only the first sheet of a workbook is read, and in this one it has no rows under its headings. Put "
        "the sheet with the table first."
    )),
    Code("import_encoding", 400, _(
        "The letters of this file cannot be read that way. Choose another encoding, or save it as "
        "CSV UTF-8."
    )),
    Code("import_quotes", 400, _(
        "Line %(line)s of this file has a quotation mark in the wrong place. Save the table as CSV anew."
    )),
    Code("import_cell_too_long", 400, _(
        "Near line %(line)s of this file a cell has more than %(most)s letters. Shorten it, or close the "
        "quotation mark before it."
    )),
    Code("import_headings_twice", 400, _(
        "Two columns have the heading “%(name)s”. Give each column a heading of its own."
    )),
    Code("import_workbook", 400, _(
        "This workbook is damaged or protected by a password. Save it anew, or as CSV."
    )),
    Code("import_bomb", 400, _(
        "Unpacked this workbook would be far larger than a table. Save the sheet alone, or as CSV."
    )),
    Code("import_field_missing", 400, _("Say which column holds: %(names)s. One of them is enough.")),
    Code("import_field_twice", 400, _("Only one column can hold: %(names)s.")),
    Code("import_field_beside", 400, _(
        "%(whole)s says already what is in: %(names)s. Leave out the one or the others."
    )),
    Code("import_formula", 400, _("A formula stands here. Put its value in its place.")),
    Code("import_row_length", 400, _("This row has more cells than there are headings.")),
    Code("import_repeated", 409, _(
        "This very file was brought in before, or begun to be. Undo that import or give it up first, or choose another "
        "file."
    )),
    Code("import_moved_on", 409, _("This import has moved on meanwhile. Look at it again.")),
    Code("import_likely", 409, _("This is probably one that is there already.")),
    Code("import_above", 400, _("A row further up in the file has this already.")),
    Code("import_code_unknown", 400, _(
        "Nothing here has this code. Bring in first what it stands for, or correct it."
    )),
    Code("import_file_gone", 410, _(
        "The rows of this file were kept for two weeks and are gone now. Choose the file again."
    )),
    Code("mrn_prefix_invalid", 400, _(
        "Up to 6 capital letters, digits or hyphens, the first of them no hyphen."
    )),
    Code("second_person", 409, _("Somebody else has to approve this, not the one who asked for it.")),
    Code("saved_filters_full", 409, _(
        "You have saved %(most)s filters of this list already. Remove one first."
    )),
    Code("stale", 412, _(
        "Somebody else changed this while you were working on it. Compare and choose."
    )),
    Code("too_large", 413, _("This is too large to be taken.")),
    Code("unsupported_media_type", 415, _("Send application/json.")),
    Code("idempotency_mismatch", 422, _(
        "This idempotency key was already used for a different request. Use a new key."
    )),
    Code("version_required", 428, _(
        "Say which version you are changing: send the header If-Match: %(etag)s."
    )),
    Code("throttled", 429, _("Too many requests. Wait %(seconds)s seconds.")),
    Code("server_error", 500, _(
        "Something went wrong on our side. Quote the request id when you report it."
    )),
    Code("busy", 503, _("The system is busy. Try again in a moment; nothing was saved.")),
    # Hospitals and their parts.
    Code("code_taken", 400, _("This code is already used in this hospital. Choose another.")),
    Code("hospital_code_taken", 400, _(
        "This code is already used by another hospital. Choose another."
    )),
    Code("licence_taken", 400, _("Another doctor here already has this licence number.")),
    Code("doctor_account_taken", 400, _("This account already belongs to another doctor here.")),
    Code("account_not_doctor", 400, _("Choose an account that has the role doctor here.")),
    Code("resource_taken", 400, _(
        "Another room or device here already has this name. Choose another."
    )),
    Code("doctor_resource", 400, _(
        "Every doctor can be booked already, and is changed as a doctor. Choose a room or a device."
    )),
    Code("label_taken", 400, _("Another bed of this ward already has this label. Choose another.")),
    Code("bed_range", 400, _(
        "Give the first and the last number, from 0 to 9999, of at most 100 beds."
    )),
    Code("labels_taken", 409, _(
        "Beds of this ward already have these labels: %(labels)s. Nothing was added."
    )),
    Code("code_invalid", 400, _("A code has 2 to 16 capital letters, digits or hyphens.")),
    Code("time_zone_invalid", 400, _("Choose a time zone such as Europe/Berlin.")),
    Code("currency_invalid", 400, _("Choose a currency by its three letters, such as EUR.")),
    Code("country_invalid", 400, _("Choose a country by its two letters, such as DE.")),
    Code("language_invalid", 400, _(
        "Give a language by its name or its code, such as German or de."
    )),
    # Accounts.
    Code("username_taken", 400, _("This username is already in use. Choose another.")),
    Code("password_too_short", 400, _(
        "This password is too short. Take at least 15 characters, such as four words."
    )),
    Code("password_too_common", 400, _("This password is among the first that anybody would try.")),
    Code("password_too_similar", 400, _("This password is too much like the person’s own name.")),
    Code("password_mismatch", 400, _("These two are not the same. Type it once more.")),
    Code("membership_taken", 400, _("This person already has this role here.")),
    Code("membership_dates", 400, _("The last day must not be before the first.")),
    Code("membership_hospital", 400, _(
        "The operator belongs to no hospital; every other role to one."
    )),
    Code("role_conflict", 400, _("An auditor may hold no other role in the same hospital.")),
    Code("no_second_factor", 409, _("This account has no second factor. There is nothing to take off.")),
    Code("invitation_program", 409, _(
        "A program has no password, so there is nobody to invite. Issue a token to it instead."
    )),
    Code("account_disabled", 409, _(
        "This account is disabled. Let the person sign in again first, then invite them."
    )),
    Code("token_account", 400, _("A token belongs to a program’s account, never to a person’s.")),
    Code("token_expiry", 400, _("A token must expire within two years.")),
    Code("token_scopes", 400, _("A token may only have scopes that an integrator has.")),
]  # fmt: skip
