/** What to write instead, where the parser only says what it cannot read. Never a value that may be a secret. */
import {holdsCredential} from './document/findings.ts'
import {isHarmless} from './schema/secret-keys.ts'

interface SyntaxFault {
  /** From 1. */
  readonly line: number
  /** In the words of the parser. */
  readonly what: string
}

/** One or two sentences; '' = nothing that we would know better. */
export function syntaxHelp(text: string, {line, what}: SyntaxFault): string {
  const lines = text.split(/\r?\n/)
  const written = lines[line - 1] ?? ''
  if (what.startsWith('trying to redefine')) return duplicateHelp(lines, line - 1)
  const header = /^\s*\[+\s*(.*)$/.exec(written)
  if (header && !/^\s*\[+[^[\]]*\]\s*=/.test(written)) return headerHelp(header[1]!, written)
  const pair = /^\s*(.+?)\s*=\s*(.*?)\s*$/.exec(written)
  if (pair && !/^[^"']*[^\w.\-"'\s]/.test(pair[1]!)) return valueHelp(pair[1]!, pair[2]!, what)
  const colon = /^\s*([\w.-]+)\s*:/.exec(written)
  if (colon) return `Write ${colon[1]} = instead of ${colon[1]}:.`
  return what.startsWith('illegal character in key') ? 'A key is followed by = and its value.' : ''
}

function duplicateHelp(lines: readonly string[], at: number): string {
  const header = headerOf(lines[at]!)
  if (header !== null) {
    const first = lines.findIndex((line, i) => i < at && headerOf(line) === header)
    const where = first === -1 ? '' : ` It stands on line ${first + 1} already.`
    return `[${header}] is given twice.${where} Put the keys of both below one of them.`
  }
  const key = keyOf(lines[at]!)
  if (key === null) return ''
  for (let i = at - 1; i >= 0 && headerOf(lines[i]!) === null; i--) {
    if (keyOf(lines[i]!) === key)
      return `${key} is given twice. It stands on line ${i + 1} already; take one of them out.`
  }
  return `${key} is given twice; take one of them out.`
}

function headerOf(line: string): string | null {
  const match = /^\s*\[{1,2}\s*([^[\]]+?)\s*\]{1,2}\s*(#.*)?$/.exec(line)
  return match === null ? null : match[1]!.replaceAll(/\s*\.\s*/g, '.')
}

function keyOf(line: string): string | null {
  return /^\s*([\w.-]+|"[^"]*"|'[^']*')\s*=/.exec(line)?.[1]?.replaceAll(/["']/g, '') ?? null
}

function headerHelp(inside: string, written: string): string {
  const name = inside.replace(/\s*\].*$/, '')
  if (!inside.includes(']')) return `The ] at the end of [${name} is missing.`
  const brackets = /^\s*\[\[/.test(written) ? ['[[', ']]'] : ['[', ']']
  return /^[^"'[\]]+$/.test(name) && /[^\w.-]/.test(name)
    ? `Write ${brackets[0]}"${name}"${brackets[1]}: a name with spaces or other signs needs quotes.`
    : ''
}

function valueHelp(key: string, value: string, what: string): string {
  const shown = (repaired: string) =>
    isHarmlessKey(key) && !holdsCredential(repaired) ? `Write ${key} = ${repaired}` : null
  if (value === '') return `The value of ${key} is missing.`
  if (what.startsWith('unrecognised escape')) {
    const inner = /^"([^"']*)"/.exec(value)?.[1]
    const how = 'a backslash in double quotes begins an escape; in single quotes it stands for itself'
    return inner === undefined
      ? `${capital(how)}.`
      : `${shown(`'${inner}'`) ?? 'Write it in single quotes'}: ${how}.`
  }
  if (what.startsWith('control characters')) return `The quotation mark at the end of ${key} is missing.`
  if (/^[“”„‘’]/.test(value))
    return `Those are typographic quotation marks; write " before and behind the text.`
  if (/^['"]/.test(value)) {
    return what.startsWith('each key-value')
      ? `Something stands behind the text of ${key}: a quotation mark of the same kind within it ends it.`
      : ''
  }
  if (/^[[{]/.test(value)) return ''
  const bare = value.replace(/\s+#.*$/, '')
  if (/^(true|yes|on)$/i.test(bare)) return `Write ${key} = true, in small letters.`
  if (/^(false|no|off)$/i.test(bare)) return `Write ${key} = false, in small letters.`
  if (bare.includes('"')) return 'Text stands in quotation marks.'
  const repaired = bare.includes('\\') ? `'${bare}'` : `"${bare}"`
  return `${shown(repaired) ?? 'Write it in quotation marks'}: text stands in quotation marks.`
}

/** May what stands behind this key be shown? */
function isHarmlessKey(key: string): boolean {
  return isHarmless([key.split('.').at(-1)!.replaceAll(/["']/g, '')])
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
