/** The style of a report page: light and dark, readable at any width, nothing fetched. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #ffffff; --faint: #666; --line: #ddd; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #16181c; --faint: #9a9a9a; --line: #333; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5em; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 0; }
.answer { font-size: 1.05rem; }
.source, summary, figcaption { color: var(--faint); }
figure { margin: 40px 0; }
figcaption { margin: 2px 0 10px; overflow-wrap: anywhere; }
.drawing { overflow-x: auto; }
.drawing svg { max-width: none; background: transparent; }
.drawing figure { margin: 0; }
table { border-collapse: collapse; font-size: .85rem; margin-top: 8px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 3px 14px 3px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
li { margin: .2em 0; }
`;
