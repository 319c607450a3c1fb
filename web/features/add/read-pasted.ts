/**
 * Links in what somebody pasted or dropped: magnets, web addresses, bare info hashes. What is none of these is nothing
 * to add. Pure. Sources: BEP 9 (btih in hex or base32), BEP 52 (btmh).
 */
export interface PastedLink {
  readonly kind: 'magnet' | 'url'
  readonly link: string
  /** As servers name it: 40 hex digits; `null` = not known before it was fetched. */
  readonly hash: string | null
  /** '' = the link carries none. */
  readonly name: string
}

/** Each once, in their order. */
export function linksIn(pasted: string): readonly PastedLink[] {
  const found = new Map<string, PastedLink>()
  for (const word of pasted.split(/\s+/)) {
    const link = linkOf(word.replace(/^["'<(]+|["'>),]+$/g, ''))
    if (link) found.set(link.hash ?? link.link, link)
  }
  return [...found.values()]
}

function linkOf(word: string): PastedLink | null {
  if (/^magnet:\?/i.test(word)) return magnetLink(word)
  if (/^https?:\/\/[^\s/]+/i.test(word))
    return {kind: 'url', link: word, hash: null, name: nameOfAddress(word)}
  const hash = hashOf(word)
  if (hash !== null) return {kind: 'magnet', link: `magnet:?xt=urn:btih:${hash}`, hash, name: ''}
  const v2 = longHashOf(word)
  return v2 === null
    ? null
    : {kind: 'magnet', link: `magnet:?xt=urn:btmh:1220${v2}`, hash: v2.slice(0, 40), name: ''}
}

/** `null` = it names no BitTorrent hash. */
function magnetLink(link: string): PastedLink | null {
  const params = new URLSearchParams(link.slice('magnet:?'.length))
  const topics = [...params].filter(([key]) => /^xt(\.\d+)?$/i.test(key)).map(([, value]) => value)
  const v1 = firstOf(topics, /^urn:btih:(.+)$/i, hashOf)
  const v2 = firstOf(topics, /^urn:btmh:1220(.+)$/i, longHashOf)
  const hash = v1 ?? v2?.slice(0, 40) ?? null
  return hash === null ? null : {kind: 'magnet', link, hash, name: params.get('dn') ?? ''}
}

function firstOf(
  topics: readonly string[],
  shape: RegExp,
  read: (text: string) => string | null,
): string | null {
  for (const topic of topics) {
    const hash = read(shape.exec(topic)?.[1] ?? '')
    if (hash !== null) return hash
  }
  return null
}

/** 40 hex digits, lower case, of hex or base32. */
function hashOf(text: string): string | null {
  if (/^[0-9a-f]{40}$/i.test(text)) return text.toLowerCase()
  return /^[a-z2-7]{32}$/i.test(text) ? hexOfBase32(text) : null
}

function longHashOf(text: string): string | null {
  return /^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : null
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** Five bits each make the four of a hex digit. RFC 4648. */
function hexOfBase32(text: string): string {
  const bits = [...text.toLowerCase()].map((it) => BASE32.indexOf(it).toString(2).padStart(5, '0')).join('')
  return (bits.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 2).toString(16)).join('')
}

function nameOfAddress(link: string): string {
  try {
    const {pathname, host} = new URL(link)
    const last = decodeURIComponent(pathname.split('/').findLast(Boolean) ?? '')
    return last === '' ? host : last
  } catch {
    return link
  }
}
