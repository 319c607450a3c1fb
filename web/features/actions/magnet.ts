/** A magnet link out of what is known of a torrent. Pure. */
interface MagnetDeps {
  /** 40 hex digits; `null` = a v2 torrent. */
  readonly v1: string | null
  /** 64 hex digits; `null` = a v1 torrent. */
  readonly v2: string | null
  readonly name: string
  /** None for private torrents: their addresses hold passkeys. */
  readonly trackers: readonly string[]
}

export function magnetOf({v1, v2, name, trackers}: MagnetDeps): string {
  const parts = [
    ...(v1 === null ? [] : [`xt=urn:btih:${v1}`]),
    ...(v2 === null ? [] : [`xt=urn:btmh:1220${v2}`]),
    ...(name === '' ? [] : [`dn=${encodeURIComponent(name)}`]),
    ...trackers
      .filter((url) => /^(https?|udp|wss?):\/\//.test(url))
      .map((url) => `tr=${encodeURIComponent(url)}`),
  ]
  return `magnet:?${parts.join('&')}`
}
