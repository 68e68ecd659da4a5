"""Every address that names an object, asked for objects of every organisation. Source: security.md 31.

A row is: URL name, object, method, who has the power, family, the answer where the object is reached, exceptions. One
row stands for a cell for each reader of tests.world × each of its organisations, whose relation makes the answer:

    family   own        below   revoked, below   above, beside, beside and below, other tree
    SEES     reached    reached reached          404
    CHANGES  403        reached reached          404     (at the top of a tree nobody stands above: own is reached)

and 403 for every reader whose kind of role has not the power: C committee, D general branch, B branch, M member.
Exceptions are answers for one organisation ("root") or for one reader and one organisation ("top closed").
"""

GET, POST = "GET", "POST"
SEES, CHANGES = "sees", "changes"
OWN, BELOW, REVOKED, ABOVE, BESIDE, COUSIN, OTHER_TREE = (
    "own",
    "below",
    "revoked",
    "above",
    "beside",
    "cousin",
    "other tree",
)
REACHED = {SEES: {OWN, BELOW, REVOKED}, CHANGES: {BELOW, REVOKED}}

BRANCHES_422 = dict.fromkeys(("staff", "students", "artists", "closed"), 422)  # branches have nobody below
NOTHING_BELOW = dict.fromkeys(("staff", "students", "artists", "closed", "elsewhere"), 302)  # nothing to put in order
OWN_LEVEL = {"root": 403, "elsewhere": 403}  # nobody stands above a top, and yet nobody does it at the own level
LIVING = OWN_LEVEL | {"closed": 404}  # nobody is granted anything where an organisation is revoked
NOT_DECIDED = dict.fromkeys(
    ("upper college", "upper staff", "upper students", "upper closed", "foreign other", "foreign artists"), 403
)  # a general branch reads a request, a committee decides
WRITTEN_BELOW = {
    **{f"top {place}": 403 for place in ("college", "staff", "students", "closed", "other", "artists")},
    **{f"upper {place}": 403 for place in ("staff", "students", "closed")},
    "foreign artists": 403,
}  # an application is changed by the organisation that wrote it
UPPER_PASSES = {"own staff": 403, "sibling students": 403}  # a branch writes, the level above reviews
ABOUT_ONESELF = {"upper college": 404, "foreign other": 404}  # an alarm is for those above

# fmt: off
ROWS = (
    # name                      object        method  who    family   reached  exceptions
    ("orgs:detail",             "org",        GET,   "CDB",  SEES,    200, {}),
    ("orgs:detail",             "org",        POST,  "CD",   CHANGES, 422, {}),
    ("orgs:download",           "org",        GET,   "CDB",  SEES,    200, {}),
    ("orgs:profile",            "org",        GET,   "CDB",  SEES,    200, {}),
    ("orgs:profile",            "org",        POST,  "CD",   SEES,    422, {}),
    ("orgs:attach",             "org",        GET,   "CD",   SEES,    200, {}),
    ("orgs:attach",             "org",        POST,  "CD",   SEES,    422, {}),
    ("orgs:changes",            "org",        GET,   "CDB",  SEES,    200, {}),
    ("orgs:create",             "org",        GET,   "CD",   SEES,    200, {}),
    ("orgs:create",             "org",        POST,  "CD",   SEES,    422, {}),
    ("orgs:order",              "org",        GET,   "CD",   SEES,    200, {}),
    ("orgs:order",              "org",        POST,  "CD",   SEES,    422, NOTHING_BELOW),
    ("orgs:restore",            "org",        GET,   "CD",   CHANGES, 200, {}),
    ("orgs:restore",            "org",        POST,  "CD",   CHANGES, 422, {}),
    ("orgs:merge",              "org",        GET,   "CD",   CHANGES, 200, {}),
    ("orgs:merge",              "org",        POST,  "CD",   CHANGES, 422, {}),
    ("orgs:upgrade",            "org",        GET,   "C",    CHANGES, 200, {}),
    ("orgs:upgrade",            "org",        POST,  "C",    CHANGES, 422, {}),
    ("orgs:ask_parent_change",  "org",        GET,   "CD",   CHANGES, 200, {}),
    ("orgs:ask_parent_change",  "org",        POST,  "CD",   CHANGES, 422, {}),
    ("orgs:terms",              "org",        GET,   "CDB",  SEES,    200, {}),
    ("orgs:create_term",        "org",        GET,   "CD",   CHANGES, 200, {}),
    ("orgs:create_term",        "org",        POST,  "CD",   CHANGES, 422, {}),
    ("orgs:edit_term",          "term",       GET,   "CD",   CHANGES, 200, {}),
    ("orgs:edit_term",          "term",       POST,  "CD",   CHANGES, 422, {}),
    ("orgs:ask_renewal",        "org",        GET,   "CDB",  SEES,    200, {}),
    ("orgs:ask_renewal",        "org",        POST,  "CDB",  SEES,    422, {}),
    ("orgs:posts",              "org",        GET,   "CDB",  SEES,    200, {}),
    ("orgs:appoint",            "led",        GET,   "CD",   CHANGES, 200, {}),
    ("orgs:appoint",            "led",        POST,  "CD",   CHANGES, 422, {}),
    ("orgs:edit_post",          "post",       GET,   "CD",   CHANGES, 200, {}),
    ("orgs:edit_post",          "post",       POST,  "CD",   CHANGES, 422, {}),
    ("orgs:release_post",       "post",       GET,   "CD",   CHANGES, 200, {}),
    ("orgs:release_post",       "post",       POST,  "CD",   CHANGES, 422, {}),
    ("orgs:attachment",         "attachment", GET,   "CDB",  SEES,    200, {}),
    ("orgs:remove_attachment",  "attachment", POST,  "CD",   SEES,    302, {}),
    ("orgs:renewal",            "renewal",    GET,   "CDB",  SEES,    200, {}),
    ("orgs:renewal_step",       "reply",      GET,   "CDB",  CHANGES, 200, {}),
    ("orgs:renewal_step",       "reply",      POST,  "CDB",  CHANGES, 422, {}),
    ("orgs:renewal_step",       "withdraw",   POST,  "CDB",  SEES,    422, {}),
    ("orgs:import_tree",        "org",        GET,   "CD",   SEES,    200, BRANCHES_422),
    ("orgs:import_tree",        "org",        POST,  "CD",   SEES,    422, {}),
    ("orgs:import_order",       "org",        GET,   "CD",   SEES,    200, BRANCHES_422),
    ("orgs:import_order",       "org",        POST,  "CD",   SEES,    422, {}),
    ("orgs:export_order",       "org",        GET,   "CDB",  SEES,    200, {}),
    ("members:list",            "org",        GET,   "CDB",  SEES,    200, {}),
    ("members:list",            "org",        POST,  "CDB",  SEES,    302, {}),
    ("members:completeness",    "org",        GET,   "CDB",  SEES,    200, {}),
    ("members:next_incomplete", "member",     GET,   "CDB",  SEES,    302, {}),
    ("members:export",          "org",        GET,   "CDB",  SEES,    200, {}),
    ("members:export",          "org",        POST,  "CDB",  SEES,    302, {}),
    ("members:ask_export",      "org",        GET,   "CDB",  SEES,    200, {}),
    ("members:ask_export",      "org",        POST,  "CDB",  SEES,    422, {}),
    ("members:export_request",  "asked",      GET,   "CDB",  SEES,    200, {}),
    ("members:export_request",  "asked",      POST,  "CD",   SEES,    422, {}),
    ("audit:alarm",             "alarm",      GET,   "CD",   CHANGES, 200, ABOUT_ONESELF),
    ("audit:alarm",             "alarm",      POST,  "CD",   CHANGES, 422, ABOUT_ONESELF),
    ("members:detail",          "member",     GET,   "CDB",  SEES,    200, {}),
    ("members:detail",          "member",     POST,  "CDB",  SEES,    422, {}),
    ("accounts:reveal",         "number",     GET,   "CDB",  SEES,    200, {}),
    ("accounts:reveal",         "number",     POST,  "CDB",  SEES,    422, {}),
    ("accounts:masked",         "number",     GET,   "CDB",  SEES,    302, {}),
    ("audit:record",            "record",     GET,   "CD",   SEES,    200, {}),
    ("accounts:in_charge",      "org",        GET,   "CDB",  SEES,    200, {}),
    ("members:section",         "section",    GET,   "CDB",  SEES,    200, {}),
    ("members:section",         "section",    POST,  "CDB",  SEES,    302, {}),
    ("members:add_entry",       "table",      GET,   "CDB",  SEES,    200, {}),
    ("members:add_entry",       "table",      POST,  "CDB",  SEES,    422, {}),
    ("members:change_entry",    "entry",      GET,   "CDB",  SEES,    200, {}),
    ("members:change_entry",    "entry",      POST,  "CDB",  SEES,    422, {}),
    ("members:remove_entry",    "entry",      GET,   "CDB",  SEES,    200, {}),
    ("members:remove_entry",    "entry",      POST,  "CDB",  SEES,    302, {}),
    ("members:attach",          "member",     GET,   "CDB",  SEES,    200, {}),
    ("members:attach",          "member",     POST,  "CDB",  SEES,    422, {}),
    ("members:attach_to_entry", "entry",      GET,   "CDB",  SEES,    200, {}),
    ("members:attach_to_entry", "entry",      POST,  "CDB",  SEES,    422, {}),
    ("members:file",            "file",       GET,   "CDB",  SEES,    200, {}),
    ("members:remove_file",     "file",       POST,  "CDB",  SEES,    302, {}),
    ("members:set_photo",       "member",     GET,   "CDB",  SEES,    200, {}),
    ("members:set_photo",       "member",     POST,  "CDB",  SEES,    422, {}),
    ("members:remove_photo",    "member",     POST,  "CDB",  SEES,    302, {}),
    ("members:photo",           "photo",      GET,   "CDB",  SEES,    200, {}),
    ("members:print",           "member",     GET,   "CDB",  SEES,    200, {}),
    ("members:print_pdf",       "member",     GET,   "CDB",  SEES,    200, {}),
    ("members:print_full",      "member",     GET,   "CDB",  SEES,    200, {}),
    ("members:print_full",      "member",     POST,  "CDB",  SEES,    422, {}),
    ("members:carry_out",       "decease",    GET,   "CDB",  SEES,    200, {}),
    ("members:carry_out",       "decease",    POST,  "CDB",  SEES,    422, {}),
    ("members:correction",      "correction", GET,   "CDB",  SEES,    200, {}),
    ("members:correction",      "correction", POST,  "CDB",  SEES,    422, {}),
    ("members:propose",         "proposing",  GET,   "CDB",  SEES,    200, {}),
    ("members:propose",         "proposing",  POST,  "CDB",  SEES,    422, {}),
    ("members:admission",       "admission",  GET,   "CDB",  SEES,    200, {}),
    ("members:admission",       "admission",  POST,  "CDB",  SEES,    422, {}),
    ("members:edit_admission",  "admission",  GET,   "CDB",  SEES,    200, WRITTEN_BELOW),
    ("members:edit_admission",  "admission",  POST,  "CDB",  SEES,    422, WRITTEN_BELOW),
    ("members:confirm_doubt",   "doubt",      GET,   "CDB",  SEES,    200, {}),
    ("members:confirm_doubt",   "doubt",      POST,  "CDB",  SEES,    422, {}),
    ("members:merge",           "twin",       GET,   "CD",   SEES,    200, {}),
    ("members:merge",           "twin",       POST,  "CD",   SEES,    422, {}),
    ("members:tell_apart",      "twin",       GET,   "CD",   SEES,    200, {}),
    ("members:tell_apart",      "twin",       POST,  "CD",   SEES,    422, {}),
    ("members:scan",            "scan",       GET,   "CDB",  SEES,    200, {}),
    ("members:mobility",        "member",     GET,   "CDB",  SEES,    200, {}),
    ("members:begin_matter",    "begin",      GET,   "CDB",  SEES,    200, {}),
    ("members:begin_matter",    "begin",      POST,  "CDB",  SEES,    422, {}),
    ("members:advance_matter",  "correct",    GET,   "CDB",  SEES,    200, {}),
    ("members:advance_matter",  "correct",    POST,  "CDB",  SEES,    422, {}),
    ("members:advance_matter",  "pass",       GET,   "CDB",  SEES,    200, UPPER_PASSES),
    ("members:advance_matter",  "pass",       POST,  "CDB",  SEES,    422, UPPER_PASSES),
    ("members:grant",           "org",        GET,   "CD",   CHANGES, 200, LIVING),
    ("members:grant",           "org",        POST,  "CD",   CHANGES, 422, LIVING),
    ("members:dismiss",         "granted",    GET,   "CD",   CHANGES, 200, LIVING),
    ("members:dismiss",         "granted",    POST,  "CD",   CHANGES, 422, LIVING),
    ("accounts:one_account",    "account",    GET,   "CDB",  SEES,    200, {}),
    ("accounts:act",            "reset",      GET,   "CDB",  CHANGES, 200, OWN_LEVEL),
    ("accounts:act",            "reset",      POST,  "CDB",  CHANGES, 302, OWN_LEVEL),
    ("accounts:act",            "unlock",     POST,  "CDB",  CHANGES, 302, OWN_LEVEL),
    ("accounts:act",            "close",      POST,  "CDB",  CHANGES, 302, OWN_LEVEL),
    ("accounts:certificate",    "certificate", GET,  "C",    SEES,    200, {}),
    ("accounts:revoke_certificate", "certificate", GET, "C", CHANGES, 200, {}),
    ("accounts:revoke_certificate", "certificate", POST, "C", CHANGES, 422, {}),
    ("accounts:register_certificate", "keyholder", GET, "C", CHANGES, 200, {}),
    ("accounts:register_certificate", "keyholder", POST, "C", CHANGES, 422, {}),
    ("eforefront:duties",       "holder",     GET,   "CD",   SEES,    200, {}),
    ("eforefront:duties",       "holder",     POST,  "CD",   SEES,    422, {}),
    ("eforefront:edit_duty",    "duty",       GET,   "CD",   CHANGES, 200, OWN_LEVEL),
    ("eforefront:edit_duty",    "duty",       POST,  "CD",   CHANGES, 422, OWN_LEVEL),
    ("eforefront:divide_work",  "duty",       GET,   "CD",   CHANGES, 200, OWN_LEVEL),
    ("eforefront:divide_work",  "duty",       POST,  "CD",   CHANGES, 422, OWN_LEVEL),
    ("eforefront:end_duty",     "duty",       GET,   "CD",   CHANGES, 200, OWN_LEVEL),
    ("eforefront:end_duty",     "duty",       POST,  "CD",   CHANGES, 422, OWN_LEVEL),
    ("transfers:start",         "member",     GET,   "CDB",  SEES,    200, {}),
    ("transfers:start",         "member",     POST,  "CDB",  SEES,    422, {}),
    ("transfers:detail",        "transfer",   GET,   "CDB",  SEES,    200, {}),
    ("transfers:print_letter",  "letter",     POST,  "CDB",  SEES,    200, {}),
    ("transfers:act",           "passing",    GET,   "CDB",  SEES,    302, {}),
    ("transfers:act",           "passing",    POST,  "CDB",  SEES,    422, {}),
    ("transfers:settle",        "passing",    GET,   "CDB",  SEES,    302, {}),
    ("transfers:settle",        "passing",    POST,  "CDB",  SEES,    422, {}),
    # the object is in the query or in the body
    ("accounts:issue_codes",    "?ids account", GET, "CDB",  CHANGES, 200, OWN_LEVEL),
    ("accounts:issue_codes",    "ids account", POST, "CDB",  CHANGES, 302, OWN_LEVEL),
    ("accounts:keep_grants",    "?ids grant", GET,   "CD",   CHANGES, 200, OWN_LEVEL),
    ("accounts:keep_grants",    "ids grant",  POST,  "CD",   CHANGES, 302, OWN_LEVEL),
    ("accounts:end_grants",     "ids grant",  POST,  "CD",   CHANGES, 422, OWN_LEVEL),
    ("members:start_batch",     "?ids member", GET,  "CDB",  SEES,    200, {}),
    ("members:start_batch",     "?ids member", POST, "CDB",  SEES,    422, {}),
    ("members:grants",          "?org",       GET,   "CD",   SEES,    200, {}),
    ("orgs:change_development_rights", "?ids", GET,  "CD",   CHANGES, 200, {}),
    ("orgs:change_development_rights", "ids", POST,  "CD",   CHANGES, 422, {}),
    ("accounts:grants",         "?org",       GET,   "CDB",  SEES,    200, {}),
    ("accounts:export_grants",  "?org",       GET,   "CDB",  SEES,    200, {}),
    ("orgs:list",               "?org",       GET,   "CDB",  SEES,    200, {}),
    ("orgs:export",             "?org",       GET,   "CDB",  SEES,    200, {}),
    ("orgs:selection",          "?ids",       GET,   "CD",   CHANGES, 200, {}),
    ("orgs:dissolve",           "?ids",       GET,   "CD",   CHANGES, 200, {}),
    ("orgs:dissolve",           "ids",        POST,  "CD",   CHANGES, 422, {}),
    # last, since an open request is in the way of others
    ("orgs:parent_change",      "change",     GET,   "CD",   SEES,    200, {}),
    ("orgs:parent_change",      "change",     POST,  "CD",   SEES,    422, NOT_DECIDED),
)
# fmt: on

# What belongs to a person and not to an organisation: only its owner sees it. tests/permissions.py has the answers.
OWNED = frozenset({
    "jobs:detail", "jobs:progress", "jobs:download", "jobs:cancel", "jobs:retry",
    "orgs:import_session", "orgs:import_errors", "orgs:confirm_import", "orgs:withdraw_import",
    "members:batch", "members:confirm_batch", "members:batch_result",
    "own:propose", "own:withdraw",
    "members:import_session", "members:repair_import", "members:import_errors", "members:confirm_import",
    "members:withdraw_import", "members:undo_import",
    "accounts:handover", "accounts:handover_pdf", "accounts:wipe_handover",
})  # fmt: skip
# What is named is a table of codes or one of the lists, which is nobody's.
CODES = frozenset({"members:codes", "own:codes", "members:export_matters", "members:choose_for_matter"})
