/** What a torrent of a list owns that cannot be read, nobody knows: a list with such a row is none. */
import {ServerFault} from '#model/errors.ts'

/** Characters of what a server wrote that are repeated. */
const MOST = 60

/**
 * @param what field that cannot be read; '' = all of it
 * @param names what else tells which torrent it is, as its server writes it; the first that is there counts
 */
export function unreadableRow(what: string, ...names: readonly unknown[]): ServerFault {
  const known = names.find((it) => (typeof it === 'string' || typeof it === 'number') && it !== '')
  const which = known === undefined ? 'A torrent of the list' : `The torrent ${quoted(known)} of the list`
  const cannot = what === '' ? 'cannot be read' : `has no ${what} that can be read`
  const text = `${which} ${cannot}, so it is unknown which files it owns, and the list is not used. Restart its server; if that does not help, remove that torrent there, and keep its files.`
  return new ServerFault('answer_invalid', 'garbled_answer', text, {outcomeUnknown: true})
}

/** As JSON, so that nothing in it ends the line or the quotation. */
function quoted(value: unknown): string {
  const text = [...String(value)]
  const cut = text.length > MOST ? `${text.slice(0, MOST).join('')}…` : text.join('')
  return JSON.stringify(cut).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, hexOf)
}

function hexOf(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
}
