/** What every problem of a code has in common: why it is one, and a text that has it beside one that has not. */
export interface CodePage {
  about: string;
  wrong?: string;
  right?: string;
}

/** The pages of what is wrong with the text itself, before anybody looks at what it says. */
export const textPages: Readonly<Record<string, CodePage>> = {
  "custom-tag": {
    about:
      "A spec is plain data. Tags such as !env or !!js/function would be code, and no reader agrees with the next on what they do.",
  },
  "curly-quotes": {
    about:
      "Word processors and chats make curly quotes of straight ones. To YAML they are letters like others, and would be part of the text that AWS gets.",
    wrong: "prefix: “ssm”",
    right: 'prefix: "ssm"',
  },
  "duplicate-key": { about: "A mapping has a key twice. YAML forbids it, and readers differ in which one counts." },
  empty: { about: "There is nothing in the file but comments. A spec begins with `version: 1`." },
  "hidden-character": {
    about:
      "A character that does not show, or that turns the direction of text, would make a reviewer approve another text than the one that is applied.",
  },
  "multiple-documents": {
    about: "A file of YAML may hold several documents, a spec is one. Use `include` for several files.",
  },
  "not-text": { about: "The file is not text in UTF-8. Windows' editors may save UTF-16; save it as UTF-8." },
  "unclosed-variable": {
    about: "`${` begins a variable and no brace ends it. `$${` stands for the two characters themselves.",
    wrong: "bucket: acme-${region",
    right: "bucket: acme-${region}",
  },
  "unquoted-account-id": {
    about: "YAML reads digits without quotes as a number, and loses the zero of 012345678901.",
    wrong: "audit: 012345678901",
    right: 'audit: "012345678901"',
  },
  "unquoted-variable": {
    about:
      "Between { } and [ ] YAML takes the brace of a variable for its own. Editors, yamllint and prettier refuse it, so Sluice does.",
    wrong: "{ prefix: ssm/${account.id} }",
    right: '{ prefix: "ssm/${account.id}" }',
  },
  "yaml-alias": {
    about: "An alias stands for nothing, for what contains it, or for more values than a spec could need.",
  },
  "yaml-key": { about: "A key is a plain word, not a list, a mapping or an alias." },
  "yaml-merge": { about: "`<<` adds the keys of a mapping, by an alias or a list of them." },
  "yaml-syntax": { about: "The text is not YAML. What is never closed is shown where it is opened." },
};
