import type {NamedTracker} from '#model/query.ts'

/** By the name that people gave it, else by its host. */
export function trackerCalled(host: string, named: readonly NamedTracker[]): string {
  const isIts = (entry: string) => (entry.startsWith('*.') ? host.endsWith(entry.slice(1)) : entry === host)
  return named.find(({hosts}) => hosts.some(isIts))?.name ?? host
}
