/** How much space there is in folders of servers: by our own look, where a mapping says what we see, else by their word. */
import type {DiskSpace} from '#disk/free-space.ts'
import type {Unseen} from '#disk/fs-errors.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import {contradictionAt, toOurs, type CheckedMapping} from '#disk/path-mapping.ts'
import {placeByText, relate} from '#disk/places.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ServerReader} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'

interface Free {
  readonly free: Bytes
  readonly device: string | null
}

/** Asks each disk and each server once for each folder. */
export interface DestinationQuestions {
  /** Why nothing is to be seen in a folder; `null` = something is, or only its server sees it. */
  whyGone(id: ServerId, folder: string): Promise<string | null>
  there(id: ServerId, folder: string): Promise<Free | {readonly why: string}>
  deviceOf(id: ServerId, folder: string): Promise<string | null>
}

export class DestinationSpace {
  readonly #mappings: (id: ServerId) => readonly CheckedMapping[]
  readonly #space: (path: string) => Promise<DiskSpace | Unseen>
  readonly #mounted: Pick<MountedDisks, 'whyEmpty'>
  readonly #servers: Pick<ServerReader, 'freeSpace'>
  readonly #savesAt: (id: ServerId) => string | null

  /**
   * @param space of a folder of ours, only when its disk is the one that we know
   * @param savesAt where a server saves by default, as it writes it; `null` = it does not say
   */
  constructor(
    mappings: (id: ServerId) => readonly CheckedMapping[],
    space: (path: string) => Promise<DiskSpace | Unseen>,
    mounted: Pick<MountedDisks, 'whyEmpty'>,
    servers: Pick<ServerReader, 'freeSpace'>,
    savesAt: (id: ServerId) => string | null,
  ) {
    this.#mappings = mappings
    this.#space = space
    this.#mounted = mounted
    this.#servers = servers
    this.#savesAt = savesAt
  }

  /** Of a folder that a server maps to ours; `null` = it is not seen. */
  async deviceOf(id: ServerId, folder: string): Promise<string | null> {
    const ours = toOurs(folder, this.#mappings(id))
    const seen = ours === null ? null : await this.#space(ours)
    return seen === null || 'unknown' in seen ? null : seen.device
  }

  ask(): DestinationQuestions {
    const [mappings, space, mounted] = [this.#mappings, this.#space, this.#mounted]
    const free = new Map<string, Promise<Free | {readonly why: string}>>()
    const empty = new Map<string, Promise<string | null>>()
    const there = async (id: ServerId, folder: string): Promise<Free | {readonly why: string}> => {
      const ours = toOurs(folder, mappings(id))
      if (ours === null) return this.#bySaying(id, folder)
      const doubt = contradictionAt(folder, mappings(id))
      if (doubt !== null) return {why: unknownIn(folder, doubt)}
      const seen = await space(ours)
      if ('unknown' in seen) return {why: unknownIn(folder, seen.detail)}
      return {free: seen.freeBytes, device: seen.device}
    }
    const once = (id: ServerId, folder: string) => {
      const name = `${id}\n${folder}`
      const asked = free.get(name) ?? there(id, folder)
      free.set(name, asked)
      return asked
    }
    return {
      there: once,
      async whyGone(id, folder) {
        const ours = toOurs(folder, mappings(id))
        if (ours === null) return null
        const asked = empty.get(ours) ?? mounted.whyEmpty(ours)
        empty.set(ours, asked)
        return asked
      },
      async deviceOf(id, folder) {
        if (toOurs(folder, mappings(id)) === null) return null
        const seen = await once(id, folder)
        return 'why' in seen ? null : seen.device
      },
    }
  }

  async #bySaying(id: ServerId, folder: string): Promise<Free | {readonly why: string}> {
    try {
      let {freeSpace: free, freeSpaceUnknown: why} = await this.#servers.freeSpace(id, folder)
      // Of a folder below the default one, nobody sees another disk, and some servers tell the figure of that one alone.
      if (free === undefined && why === undefined && isIn(folder, this.#savesAt(id)))
        ({freeSpace: free, freeSpaceUnknown: why} = await this.#servers.freeSpace(id, null))
      return free === undefined ? {why: unknownIn(folder, why ?? '')} : {free, device: null}
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return {why: unknownIn(folder, error.message)}
    }
  }
}

/** By the text of the paths of one server. */
function isIn(folder: string, around: string | null): boolean {
  const [place, other] = [placeByText(folder), placeByText(around ?? '')]
  if (place === null || other === null) return false
  const relation = relate(place, other)
  return relation === 'same' || relation === 'inside'
}

function unknownIn(folder: string, why: string): string {
  const reason = why === '' ? '' : ` ${why}`
  return `The free space in ${folder} is unknown: map that folder of its server, and check that the folder exists.${reason}`
}
