/** The announce address that a tracker row names; `null` = a bare host: nothing that could be added to a torrent. */
export function announceUrlOf(uri: string): string | null {
  const text = uri.trim()
  return URL.canParse(text) && /^(https?|udp|wss?):/i.test(text) ? text : null
}

/** The host by which torrents match a tracker row, in small letters and without its port; '' = the row names none. */
export function trackerHost(uri: string): string {
  const url = announceUrlOf(uri)
  const written = url === null ? bareHost(uri.trim()) : new URL(url).hostname
  const host = written.toLowerCase()
  return isHost(host) ? host : ''
}

/** Also behind a scheme that is none of those of trackers. */
function bareHost(text: string): string {
  return text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[:/?#].*$/, '')
}

function isHost(host: string): boolean {
  return host !== '' && !/[\s\\"'<>,;|@%*]/.test(host)
}
