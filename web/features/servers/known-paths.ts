/** Folders that servers are known to save to. Pure. */
interface Saving {
  readonly stats: {readonly default_save_path?: string | undefined} | null
  readonly categories: readonly {readonly save_path?: string | undefined}[]
}

/** Each once, in alphabetical order. */
export function knownPaths(servers: readonly Saving[]): readonly string[] {
  const paths = servers.flatMap(({stats, categories}) => [
    stats?.default_save_path ?? '',
    ...categories.map(({save_path: path}) => path ?? ''),
  ])
  return [...new Set(paths.filter(isAbsolutePath))].toSorted()
}

/** As some server writes it: `/data`, `D:\data`, `\\nas\data`. */
export function isAbsolutePath(path: string): boolean {
  return /^(\/|[a-z]:[\\/]|\\\\)/i.test(path)
}
