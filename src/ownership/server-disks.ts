/** On which disk each server works: its machine, what people call its disk, and which of its folders are which of ours. */
import type {ServerDisk} from '#disk/path-mapping.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'

/** @param neighbours others on its machine; one name stands for all of them */
export function serverDisk(
  id: ServerId,
  definition: Pick<ServerDefinition, 'paths' | 'storage'> | undefined,
  neighbours: (id: ServerId) => readonly ServerId[],
): ServerDisk {
  const [machine] = [id, ...neighbours(id)].sort()
  return {machine: machine!, storage: definition?.storage ?? null, mappings: definition?.paths ?? []}
}
