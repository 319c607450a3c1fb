/** The announce address that a tracker row names; `null` = a bare host: nothing that could be added to a torrent. */
export function announceUrlOf(uri: string): string | null {
  return URL.canParse(uri) && /^(https?|udp|wss?):/i.test(uri) ? uri : null
}

/** The host by which torrents match a tracker row, in small letters and without its port; '' = the row names none. */
export function trackerHost(uri: string): string {
  const url = announceUrlOf(uri)
  return (url === null ? uri.replace(/[:/].*$/, '') : new URL(url).hostname).toLowerCase()
}
