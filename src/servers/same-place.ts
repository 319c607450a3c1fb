/** Is a server here already? Two of the same kind at the same address are one daemon, listed twice. */
import type {Access} from '#model/access.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {DescribedServer} from './draft.ts'

type Place = Pick<ServerDefinition, 'kind' | 'url'>

/** Servers that he sees, and no others: nobody may find out by guessing where somebody else's server is. */
export function seenBy(
  access: Access,
  describe: (id: ServerId) => DescribedServer | null,
): readonly DescribedServer[] {
  return access.servers.flatMap((id) => describe(id) ?? [])
}

export function leadingTo<S extends Place>({kind, url}: Place, servers: readonly S[]): readonly S[] {
  return servers.filter((it) => it.kind === kind && it.url === url)
}
