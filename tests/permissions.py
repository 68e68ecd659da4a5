"""Every address of the project, with what each kind of reader gets. Source: security.md 31, 32.

A row is: URL name, arguments (names of tests.world, or values), method, then one answer for each column:

    nobody   anonymous
    top      administrator of the committee above everything
    upper    administrator of the general branch above 教工支部, which most addresses speak of
    own      administrator of 教工支部 itself
    sibling  administrator of 学生支部 beside it
    foreign  administrator of another general branch
    stranger administrator of another tree
    member   a member of 教工支部 without any grant

200 and 422 are pages (422: an empty form was refused), 302 leads on (in the first column: to the login page),
403 in reach without the right, 404 out of reach, 405 not a verb of this address.
"""

COLUMNS = ("nobody", "top", "upper", "own", "sibling", "foreign", "stranger", "member")
GET, POST = "GET", "POST"
NUMBER = "'member-id-number"

# fmt: off
TABLE = (
    # name                        arguments                     method  nobody top  upper own  sibl fore stra memb
    ("accounts:entrance",         (),                           GET,    (200,  200, 200,  200, 200, 200, 200, 200)),
    ("accounts:login",            (),                           GET,    (200,  302, 302,  302, 302, 302, 302, 302)),
    ("accounts:login",            (),                           POST,   (422,  422, 422,  422, 422, 422, 422, 422)),
    ("accounts:logout",           (),                           POST,   (302,  302, 302,  302, 302, 302, 302, 302)),
    ("accounts:logout",           (),                           GET,    (302,  405, 405,  405, 405, 405, 405, 405)),
    ("accounts:roles",            (),                           GET,    (302,  200, 200,  200, 200, 200, 200, 200)),
    ("accounts:switch_role",      (),                           POST,   (302,  404, 404,  404, 404, 404, 404, 404)),
    ("accounts:prove",            (),                           GET,    (302,  302, 302,  302, 302, 302, 302, 302)),
    ("accounts:prove",            (),                           POST,   (302,  422, 422,  422, 422, 422, 422, 422)),
    ("accounts:account",          (),                           GET,    (302,  200, 200,  200, 200, 200, 200, 200)),
    ("accounts:reveal",           ("'info", NUMBER, "person"),  GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("accounts:reveal",           ("'info", NUMBER, "person"),  POST,   (302,  422, 422,  422, 404, 404, 404, 403)),
    ("accounts:reveal",           ("'portal", NUMBER, "person"), GET,   (302,  200, 200,  200, 404, 404, 404, 403)),
    ("accounts:masked",           ("'info", NUMBER, "person"),  GET,    (302,  302, 302,  302, 404, 404, 404, 403)),

    ("ui:faq",                    (),                           GET,    (200,  200, 200,  200, 200, 200, 200, 200)),
    ("ui:accessibility",          (),                           GET,    (200,  200, 200,  200, 200, 200, 200, 200)),
    ("ui:manual",                 (),                           GET,    (200,  200, 200,  200, 200, 200, 200, 200)),
    ("ui:text_size",              (),                           POST,   (302,  302, 302,  302, 302, 302, 302, 302)),
    ("ui:text_size",              (),                           GET,    (405,  405, 405,  405, 405, 405, 405, 405)),
    ("ui:stay",                   (),                           POST,   (302,  204, 204,  204, 204, 204, 204, 204)),
    ("ui:stay",                   (),                           GET,    (302,  405, 405,  405, 405, 405, 405, 405)),
    ("ui:style_guide",            (),                           GET,    (200,  200, 200,  200, 200, 200, 200, 200)),
    ("ui:live",                   (),                           GET,    (200,  200, 200,  200, 200, 200, 200, 200)),
    ("ui:ready",                  (),                           GET,    (200,  200, 200,  200, 200, 200, 200, 200)),

    ("orgs:home",                 (),                           GET,    (302,  200, 200,  200, 200, 200, 200, 403)),
    ("orgs:list",                 (),                           GET,    (302,  200, 200,  200, 200, 200, 200, 403)),
    ("orgs:list",                 (),                           POST,   (302,  405, 405,  405, 405, 405, 405, 403)),
    ("orgs:list",                 ("?org", "staff"),            GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("orgs:list",                 ("?org", "root"),             GET,    (302,  200, 404,  404, 404, 404, 404, 403)),
    ("orgs:export",               (),                           GET,    (302,  200, 200,  200, 200, 200, 200, 403)),
    ("orgs:export",               (),                           POST,   (302,  302, 302,  302, 302, 302, 302, 403)),
    ("orgs:export",               ("?org", "staff"),            GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("orgs:selection",            (),                           GET,    (302,  200, 200,  403, 403, 200, 200, 403)),
    ("orgs:selection",            ("?ids", "staff"),            GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:dissolve",             (),                           GET,    (302,  302, 302,  403, 403, 302, 302, 403)),
    ("orgs:dissolve",             ("?ids", "staff"),            GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:dissolve",             ("?ids", "college"),          GET,    (302,  200, 403,  403, 403, 404, 404, 403)),
    ("orgs:dissolve",             ("ids", "staff"),             POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:detail",               ("staff",),                   GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("orgs:detail",               ("college",),                 GET,    (302,  200, 200,  404, 404, 404, 404, 403)),
    ("orgs:detail",               ("root",),                    GET,    (302,  200, 404,  404, 404, 404, 404, 403)),
    ("orgs:detail",               ("closed",),                  GET,    (302,  200, 200,  404, 404, 404, 404, 403)),
    ("orgs:detail",               ("staff",),                   POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:detail",               ("college",),                 POST,   (302,  422, 403,  403, 403, 404, 404, 403)),
    ("orgs:download",             ("staff",),                   GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("orgs:profile",              ("staff",),                   GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("orgs:profile",              ("staff",),                   POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:attach",               ("staff",),                   GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:attach",               ("staff",),                   POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:changes",              ("staff",),                   GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("orgs:create",               ("college",),                 GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:create",               ("college",),                 POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:order",                ("college",),                 GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:order",                ("college",),                 POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:restore",              ("closed",),                  GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:restore",              ("closed",),                  POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:merge",                ("staff",),                   GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:merge",                ("staff",),                   POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:upgrade",              ("staff",),                   GET,    (302,  200, 403,  403, 403, 403, 404, 403)),
    ("orgs:upgrade",              ("staff",),                   POST,   (302,  422, 403,  403, 403, 403, 404, 403)),
    ("orgs:ask_parent_change",    ("staff",),                   GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:ask_parent_change",    ("college",),                 GET,    (302,  200, 403,  403, 403, 404, 404, 403)),
    ("orgs:ask_parent_change",    ("staff",),                   POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:parent_changes",       (),                           GET,    (302,  200, 200,  403, 403, 200, 200, 403)),
    ("orgs:parent_change",        ("change",),                  GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:parent_change",        ("change",),                  POST,   (302,  422, 403,  403, 403, 404, 404, 403)),
    ("orgs:terms",                ("staff",),                   GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("orgs:create_term",          ("staff",),                   GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:create_term",          ("staff",),                   POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:create_term",          ("college",),                 GET,    (302,  200, 403,  403, 403, 404, 404, 403)),
    ("orgs:edit_term",            ("staff", "term"),            GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:edit_term",            ("staff", "term"),            POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:ask_renewal",          ("staff",),                   GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("orgs:ask_renewal",          ("staff",),                   POST,   (302,  422, 422,  422, 404, 404, 404, 403)),
    ("orgs:posts",                ("staff",),                   GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("orgs:appoint",              ("staff",),                   GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:appoint",              ("staff",),                   POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:edit_post",            ("staff", "post"),            GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:edit_post",            ("staff", "post"),            POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:release_post",         ("staff", "post"),            GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:release_post",         ("staff", "post"),            POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:attachment",           ("attachment",),              GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("orgs:remove_attachment",    ("attachment",),              GET,    (302,  405, 405,  405, 405, 405, 405, 403)),
    ("orgs:remove_attachment",    ("attachment",),              POST,   (302,  302, 302,  403, 403, 404, 404, 403)),
    ("orgs:ending_terms",         (),                           GET,    (302,  200, 200,  200, 200, 200, 200, 403)),
    ("orgs:renewals",             (),                           GET,    (302,  200, 200,  200, 200, 200, 200, 403)),
    ("orgs:renewal",              ("renewal",),                 GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("orgs:renewal_step",         ("renewal", "'reply"),        GET,    (302,  200, 200,  403, 404, 404, 404, 403)),
    ("orgs:renewal_step",         ("renewal", "'reply"),        POST,   (302,  422, 422,  403, 404, 404, 404, 403)),
    ("orgs:renewal_step",         ("renewal", "'withdraw"),     POST,   (302,  422, 422,  422, 404, 404, 404, 403)),
    ("orgs:renewal_step",         ("renewal", "'nonsense"),     GET,    (302,  404, 404,  404, 404, 404, 404, 403)),

    ("orgs:development_rights",   (),                           GET,    (302,  200, 200,  403, 403, 200, 200, 403)),
    ("orgs:change_development_rights", (),                      GET,    (302,  302, 302,  403, 403, 302, 302, 403)),
    ("orgs:change_development_rights", ("?ids", "staff"),       GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:change_development_rights", ("?ids", "college"),     GET,    (302,  200, 403,  403, 403, 404, 404, 403)),
    ("orgs:change_development_rights", (),                      POST,   (302,  302, 302,  403, 403, 302, 302, 403)),
    ("orgs:change_development_rights", ("ids", "staff"),        POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:change_development_rights", ("ids", "college"),      POST,   (302,  422, 403,  403, 403, 404, 404, 403)),

    ("orgs:import_template",      (),                           GET,    (302,  200, 200,  403, 403, 200, 200, 403)),
    ("orgs:import_tree",          ("college",),                 GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:import_tree",          ("college",),                 POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:import_tree",          ("root",),                    GET,    (302,  200, 404,  403, 403, 404, 404, 403)),
    ("orgs:import_order",         ("college",),                 GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("orgs:import_order",         ("college",),                 POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("orgs:export_order",         ("college",),                 GET,    (302,  200, 200,  404, 404, 404, 404, 403)),
    ("orgs:export_order",         ("root",),                    GET,    (302,  200, 404,  404, 404, 404, 404, 403)),
    # an import is seen by whoever made it (top), and by nobody else
    ("orgs:import_session",       ("sheet",),                   GET,    (302,  200, 404,  403, 403, 404, 404, 403)),
    ("orgs:import_errors",        ("sheet",),                   GET,    (302,  404, 404,  403, 403, 404, 404, 403)),
    ("orgs:confirm_import",       ("sheet",),                   POST,   (302,  302, 404,  403, 403, 404, 404, 403)),
    ("orgs:confirm_import",       ("sheet",),                   GET,    (302,  405, 405,  405, 405, 405, 405, 403)),
    ("orgs:withdraw_import",      ("sheet",),                   POST,   (302,  302, 404,  403, 403, 404, 404, 403)),
    ("orgs:withdraw_import",      ("sheet",),                   GET,    (302,  405, 405,  405, 405, 405, 405, 403)),

    ("members:list",              ("staff",),                   GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("members:list",              ("root",),                    GET,    (302,  200, 404,  404, 404, 404, 404, 403)),
    # a search for people is sent, so that no name is in an address
    ("members:list",              ("staff",),                   POST,   (302,  302, 302,  302, 302, 302, 302, 403)),
    ("members:export",            ("staff",),                   GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("members:export",            ("staff",),                   POST,   (302,  302, 302,  302, 404, 404, 404, 403)),

    ("audit:records",             (),                           GET,    (302,  200, 200,  403, 403, 200, 200, 403)),
    ("audit:records",             (),                           POST,   (302,  302, 302,  403, 403, 302, 302, 403)),
    ("audit:record",              ("record",),                  GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("audit:record",              ("record",),                  POST,   (302,  405, 405,  403, 403, 405, 405, 403)),
    ("audit:export",              (),                           GET,    (302,  200, 200,  403, 403, 200, 200, 403)),
    ("audit:export",              (),                           POST,   (302,  302, 302,  403, 403, 302, 302, 403)),
    ("audit:alarms",              (),                           GET,    (302,  200, 200,  403, 403, 200, 200, 403)),
    ("audit:alarm",               ("alarm",),                   GET,    (302,  200, 200,  403, 403, 404, 404, 403)),
    ("audit:alarm",               ("alarm",),                   POST,   (302,  422, 422,  403, 403, 404, 404, 403)),
    ("members:detail",            ("member",),                  GET,    (302,  200, 200,  200, 404, 404, 404, 403)),
    ("members:detail",            ("member",),                  POST,   (302,  422, 422,  422, 404, 404, 404, 403)),
    ("members:codes",             ("'regions",),                GET,    (302,  200, 200,  200, 200, 200, 200, 403)),
    ("members:codes",             ("'nonsense",),               GET,    (302,  404, 404,  404, 404, 404, 404, 403)),

    ("eforefront:home",           (),                           GET,    (302,  200, 200,  200, 200, 200, 200, 200)),
    ("eforefront:members",        (),                           GET,    (302,  200, 200,  200, 200, 200, 200, 403)),
    ("eforefront:members",        (),                           POST,   (302,  302, 302,  302, 302, 302, 302, 403)),

    ("jobs:list",                 (),                           GET,    (302,  200, 200,  200, 200, 200, 200, 200)),
    # a job is seen by whoever started it (top), and by nobody else
    ("jobs:detail",               ("job",),                     GET,    (302,  200, 404,  404, 404, 404, 404, 404)),
    ("jobs:progress",             ("job",),                     GET,    (302,  200, 404,  404, 404, 404, 404, 404)),
    ("jobs:download",             ("job",),                     GET,    (302,  404, 404,  404, 404, 404, 404, 404)),
    ("jobs:cancel",               ("job",),                     POST,   (302,  302, 404,  404, 404, 404, 404, 404)),
    ("jobs:cancel",               ("job",),                     GET,    (302,  405, 405,  405, 405, 405, 405, 405)),
    ("jobs:retry",                ("job",),                     POST,   (302,  302, 404,  404, 404, 404, 404, 404)),
    ("jobs:retry",                ("job",),                     GET,    (302,  405, 405,  405, 405, 405, 405, 405)),
)
# fmt: on
