// Reads a list of fragments as JSON on standard input; writes a list with what KaTeX says against
// each, which is null where it sets it. NODE_PATH says where katex is installed.
"use strict";
const katex = require("katex");

function refused(fragment) {
  const formulas = fragment.match(/\\begin\{align\*\}[^]*?\\end\{align\*\}/g) || [];
  for (const formula of formulas) {
    try {
      const html = katex.renderToString(formula, {
        displayMode: true,
        throwOnError: true,
        trust: false,
        strict: (code) => (code === "unicodeTextInMathMode" ? "ignore" : "error"),
      });
      if (html.includes("katex-error")) return formula;
    } catch (error) {
      return `${error.message}\n${formula}`;
    }
  }
  return formulas.length ? null : "no formula";
}

let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => process.stdout.write(JSON.stringify(JSON.parse(text).map(refused))));
