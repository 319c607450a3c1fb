/** Comma-separated values that a spreadsheet shows as they are. */

/**
 * Where a formula would begin: at the start of a field, and behind whatever else a spreadsheet may take for the end of a
 * cell, such as the semicolon in half of Europe, also with spaces and quotes before it.
 */
const formulas = /(^|[;|\t\r\n])([\s"]*)(?=[=+\-@＝＋－＠])/g

/** One line. What a spreadsheet would take for a formula is text, by an apostrophe before it. */
export function csvLine(fields: readonly string[]): string {
  const quoted = fields.map((field) => {
    const safe = field.replaceAll(formulas, "$1$2'").replace(/^[\t\r]/, "'$&")
    return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  })
  return `${quoted.join(',')}\r\n`
}
