/** The announce address that a tracker row names; `null` = a bare host: nothing that could be added to a torrent. */
export function announceUrlOf(uri: string): string | null {
  const text = uri.trim()
  return URL.canParse(text) && /^(https?|udp|wss?):/i.test(text) ? text : null
}

/**
 * The host by which torrents match a tracker row, in small letters and without its port; '' = the row names none. Written
 * alone it has the spelling that it has in the announce addresses of torrents (`bücher.example` is `xn--bcher-kva.example`):
 * by any other one it would be the host of no torrent, and what it asks for would protect none.
 */
export function trackerHost(uri: string): string {
  const url = announceUrlOf(uri)
  const host = url === null ? spelledInAddresses(bareHost(uri.trim())) : new URL(url).hostname.toLowerCase()
  return isHost(host) ? host : ''
}

/** Also behind a scheme that is none of those of trackers. */
function bareHost(text: string): string {
  const rest = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/^[^/?#@]*@/, '')
  const bracketed = /^\[[\da-f:.]+\]/i.exec(rest)
  return bracketed?.[0] ?? rest.replace(/[:/?#].*$/, '')
}

function spelledInAddresses(host: string): string {
  const isAlone = isHost(host.toLowerCase())
  return (isAlone && URL.parse(`http://${host.replace(/\.$/, '')}`)?.hostname) || ''
}

function isHost(host: string): boolean {
  return host !== '' && !/[\s\\"'<>,;|@%*]|^\.|\.\./.test(host)
}
