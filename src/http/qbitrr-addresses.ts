/**
 * Addresses of qBitrr that are others here: a tool that asks there is told where it goes on, instead of that there is
 * nothing. `/api/status`, `/api/torrents/distribution` and `/api/processes` are where they were (`routes/status.ts`).
 * Source: qBitrr 5 docs, "API reference"; there each address stands below `/web` as well.
 */

/** Below `/api` of qBitrr, and what tells that here. */
const addresses: Readonly<Record<string, string>> = {
  meta: '/api/status',
  logs: '/api/journal',
  arr: '/api/arrs',
  radarr: '/api/arrs',
  sonarr: '/api/arrs',
  lidarr: '/api/arrs',
  config: '/api/sections/settings',
}
const same: ReadonlySet<string> = new Set(['status', 'processes', 'torrents/distribution'])

/** @param path below the base path @returns `null` = it is no address of qBitrr, or it is the same here */
export function addressInsteadOf(path: string): string | null {
  const [, prefix, rest = ''] = /^\/(api|web)\/(.+?)\/?$/.exec(path) ?? []
  if (prefix === undefined) return null
  const [first = ''] = rest.split('/', 1)
  if (Object.hasOwn(addresses, first)) return addresses[first]!
  if (prefix === 'api') return null
  return same.has(rest) ? `/api/${rest}` : '/api/docs'
}
