/** On which disk each server works: its machine, what people call its disk, and which of its folders are which of ours. */
import type {CheckedMapping, ServerDisk} from '#disk/path-mapping.ts'
import type {UserId} from '#model/access.ts'
import type {PathMapping, ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {DepartedServers} from './departed.ts'
import {ourDisk, standsFor} from './ownership.ts'

type Machine = Pick<ServerDefinition, 'id' | 'url'>

/** The mappings of a server, with what speaks against them. */
type CheckMappings = (id: ServerId, mappings: readonly PathMapping[]) => readonly CheckedMapping[]

/** The disks of all servers, also of those that left; put together again when one comes, changes or goes. */
export class ServerDisks {
  /** Those that are configured; another revision with each change of them. */
  readonly #directory: {readonly revision: number; definitions(): readonly ServerDefinition[]}
  readonly #departed: Pick<DepartedServers, 'list' | 'former'>
  /** Which of these run on one machine. */
  readonly #machines: (all: readonly Machine[]) => {neighbours(id: ServerId): readonly ServerId[]}
  /** Whose own it is; `null` = the house's. */
  readonly #ownerOf: (id: ServerId) => UserId | null
  /** Of which servers they are made. */
  #made = ''
  #disks: ReadonlyMap<ServerId, ServerDisk & {readonly of: ServerId}> = new Map()
  #checked: CheckMappings = (_id, mappings) => mappings

  constructor(
    directory: {readonly revision: number; definitions(): readonly ServerDefinition[]},
    departed: Pick<DepartedServers, 'list' | 'former'>,
    machines: (all: readonly Machine[]) => {neighbours(id: ServerId): readonly ServerId[]},
    ownerOf: (id: ServerId) => UserId | null,
  ) {
    this.#directory = directory
    this.#departed = departed
    this.#machines = machines
    this.#ownerOf = ownerOf
  }

  /** @param checked says from now on what speaks against mappings; until then nothing does */
  checkBy(checked: CheckMappings): void {
    this.#checked = checked
  }

  of(id: ServerId): ServerDisk {
    const leftId = standsFor(id)
    if (leftId !== null) return ourDisk(this.#departed.former(leftId)?.storage ?? null, this.#ownerOf(id))
    this.#follow()
    const {of, ...disk} = this.#disks.get(id) ?? {...serverDisk(id, undefined, () => []), of: id}
    return {...disk, mappings: this.#checked(of, disk.mappings), owner: this.#ownerOf(id)}
  }

  #follow(): void {
    const left = this.#departed.list()
    const now = [this.#directory.revision, ...left.map(({departedId}) => departedId)].join(' ')
    if (this.#made === now) return
    const here = this.#directory.definitions().map((it) => ({...it, of: it.id}))
    const all = [...here, ...left.map((it) => ({...it, id: it.departedId, of: it.id}))]
    const machines = this.#machines(all)
    this.#disks = new Map(
      all.map((it) => [it.id, {...serverDisk(it.id, it, (id) => machines.neighbours(id)), of: it.of}]),
    )
    this.#made = now
  }
}

/** @param neighbours others on its machine; one name stands for all of them */
export function serverDisk(
  id: ServerId,
  definition: Pick<ServerDefinition, 'paths' | 'storage'> | undefined,
  neighbours: (id: ServerId) => readonly ServerId[],
): ServerDisk {
  const [machine] = [id, ...neighbours(id)].sort()
  return {machine: machine!, storage: definition?.storage ?? null, mappings: definition?.paths ?? []}
}
