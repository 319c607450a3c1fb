/** Which servers know a category or tag. Pure. */
import type {ActionVerb, SelectionFigures} from '../../../api/actions.ts'
import type {ServerDetail} from '../../../api/servers.ts'

interface LabelOn {
  readonly name: string
  readonly servers: readonly {readonly server_id: string}[]
}

/** Servers of a selection that can take it now: nothing is made on the others, nor promised. */
export function serversThatTake<S extends {readonly server_id: string}>(
  figures: (Pick<SelectionFigures, 'abilities'> & {readonly servers: readonly S[]}) | null,
  verb: ActionVerb,
): readonly S[] {
  const reasons = figures?.abilities.find((it) => it.verb === verb)?.reasons ?? []
  const cannot = new Set(reasons.flatMap(({servers}) => servers))
  return figures?.servers.filter(({server_id}) => !cannot.has(server_id)) ?? []
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

/** Those that make categories: others know them by their torrents alone, refuse to make one, and need none. */
export function serversThatMake<S extends {readonly server_id: string}>(
  servers: readonly S[],
  details: readonly Pick<ServerDetail, 'server_id' | 'features'>[],
): readonly S[] {
  const makers = new Set(
    details.filter((it) => featureIn(it, 'createCategory')).map(({server_id}) => server_id),
  )
  return servers.filter(({server_id}) => makers.has(server_id))
}

function featureIn({features}: Pick<ServerDetail, 'features'>, name: string): boolean {
  return features?.some((it) => it.name === name && it.support !== 'none') ?? false
}

/** Labels that at least one of these servers knows, by name. */
export function labelsOn<L extends LabelOn>(
  labels: readonly L[],
  serverIds: readonly string[],
): readonly L[] {
  const wanted = new Set(serverIds)
  return labels.filter(({servers}) => servers.some(({server_id}) => wanted.has(server_id)))
}
