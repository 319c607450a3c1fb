/**
 * A bare list of addresses, one on a line, with whatever else people write beside them:
 *
 *   http://admin:secret@192.168.1.20:8080
 *   transmission  nas.lan:9091  The NAS
 *   Seedbox, https://me:pw@box.example/RPC2
 *
 * A word for a kind says what answers there, else the address itself hints at it; all other words are the name.
 */
import {clientKinds, kindOfAddress, serverKinds, usualKind, type ServerKind} from '#clients/kinds/kinds.ts'
import type {DraftFault} from '../owned/draft.ts'
import {isMasked, saying, secretOf, type Listed, type ServerList, type Unlisted} from './listed.ts'

const kindWords = new Map<string, ServerKind>(
  serverKinds.flatMap((kind) => [kind, ...clientKinds[kind].address.words].map((word) => [word, kind])),
)

export function readAddresses(lines: readonly string[]): ServerList {
  const entries = lines.flatMap((line, at) => {
    const text = line.trim()
    return text === '' || text.startsWith('#') || text.startsWith('//')
      ? []
      : [entryOf(text, `line ${at + 1}`)]
  })
  return {format: 'addresses', entries, warnings: []}
}

/** Does a line name an address at all? */
export function namesAddress(line: string): boolean {
  return wordsOf(line).some(isAddress)
}

function entryOf(line: string, place: string): Listed | Unlisted {
  const words = wordsOf(line)
  const at = words.findIndex(isAddress)
  if (at === -1) {
    const fault: DraftFault = {field: 'url', accepted: 'an address such as http://user:password@host:port'}
    return {place, name: null, faults: [fault]}
  }
  const {url, username, password} = withoutUser(words[at]!)
  const others = words.toSpliced(at, 1)
  const word = others.find((it) => kindWords.has(it.toLowerCase()))
  const guess = kindOfAddress(url) ?? usualKind
  const kind = word === undefined ? guess : kindWords.get(word.toLowerCase())!
  const name = others.filter((it) => it !== word).join(' ')
  const isGuess = word === undefined && guess === usualKind
  return {
    place,
    id: null,
    isNameless: name === '',
    said: saying({
      kind,
      name: name === '' ? nameOf(url) : name,
      address: {url},
      username: username === '' ? undefined : username,
      password: secretOf(password),
    }),
    missing: password !== undefined && isMasked(password) ? ['password'] : [],
    warnings: isGuess
      ? [
          `Taken for a ${clientKinds[kind].label}; write its kind (${serverKinds.join(', ')}) before it if it is another.`,
        ]
      : [],
  }
}

function wordsOf(line: string): string[] {
  return line.split(/[\s,;|]+|(?<=\s)=(?=\s)/).filter((word) => word !== '' && word !== '=')
}

function isAddress(word: string): boolean {
  return (
    /^(https?|scgi|scgi\+unix|unix):\/\/./i.test(word) ||
    /^([\w.-]+:[^@/\s]*@)?(\[[0-9a-f:.]+\]|[a-z0-9_.-]+):\d{1,5}(\/\S*)?$/i.test(word)
  )
}

/** Whoever writes a user into a bare list means that of the server, for every kind. */
function withoutUser(word: string): {url: string; username?: string; password?: string} {
  const match = /^((?:[a-z][a-z0-9+.-]*:\/\/)?)([^/?#]*)@([^@]*)$/i.exec(word)
  if (!match) return {url: word}
  const [, scheme = '', user = '', rest = ''] = match
  const colon = user.indexOf(':')
  const [name, password] = colon === -1 ? [user, undefined] : [user.slice(0, colon), user.slice(colon + 1)]
  return {
    url: scheme + rest,
    username: decoded(name),
    ...(password !== undefined && {password: decoded(password)}),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A per cent sign that escapes nothing was meant as it stands.
    return text
  }
}

function nameOf(url: string): string {
  return url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#][^]*$/, '') || 'rTorrent'
}
