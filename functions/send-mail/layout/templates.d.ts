/** Templates are compiled when the functions are bundled; a mail is never compiled at run time. */
declare module '*.mjml' {
  const render: (model: unknown) => string;
  export default render;
}

declare module '*.hbs' {
  const render: (model: unknown, options?: { helpers: Record<string, (value: number) => number> }) => string;
  export default render;
}
