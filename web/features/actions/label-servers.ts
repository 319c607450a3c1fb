/** Which servers know a category or tag. Pure. */
export interface LabelOn {
  readonly name: string
  readonly servers: readonly {readonly server_id: string}[]
}

/** Servers of a selection on which it would have to be made first. '' is everywhere. */
export function withoutLabel<S extends {readonly server_id: string}>(
  name: string,
  labels: readonly LabelOn[],
  servers: readonly S[],
): readonly S[] {
  if (name === '') return []
  const known = new Set(labels.find((it) => it.name === name)?.servers.map(({server_id}) => server_id))
  return servers.filter(({server_id}) => !known.has(server_id))
}

/** Labels that at least one of these servers knows, by name. */
export function labelsOn<L extends LabelOn>(
  labels: readonly L[],
  serverIds: readonly string[],
): readonly L[] {
  const wanted = new Set(serverIds)
  return labels.filter(({servers}) => servers.some(({server_id}) => wanted.has(server_id)))
}
