/**
 * Room by `FreeSpaceFolder`: a folder of ours whose volume is measured in place of what servers say, for those whose
 * downloads come to that volume. Measured beside the looks at servers, which do not wait for a disk; what is not known,
 * or not for sure of the disk that was there, is unknown, and nothing is stopped or started for it.
 *
 *   folder ── ours? ─ else by a server's mapping ─▶ believed space ─▶ per server: of this volume, its own, or unknown
 *
 * Source: qBitrr; scenario S08.
 */
import type {Settings} from '#config/schema/schema.ts'
import type {DiskSpace} from '#disk/free-space.ts'
import type {Unseen} from '#disk/fs-errors.ts'
import {overlap, toOurs, type ServerDisk} from '#disk/path-mapping.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import type {Clock} from '#lib/clock.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {SPARE} from '#rules/presets/free-space.ts'

/** `own` = it is another volume, or nobody measures for it: what the server says counts. */
type FolderSays = {readonly free: Bytes} | 'own' | 'unknown'

/** What was seen longer ago counts no more: as much may have come in since. */
const FRESH_MS = 90_000

export class SpaceFolder {
  readonly #inForce: {readonly settings: Pick<Settings, 'FreeSpaceFolder'>}
  readonly #disks: {of(id: ServerId): Pick<ServerDisk, 'mappings'>}
  readonly #mounted: MountedDisks
  readonly #definitions: () => readonly ServerDefinition[]
  /** It runs on this machine, so that without a mapping its disk is taken for ours. */
  readonly #isHere: (definition: ServerDefinition) => boolean
  readonly #clock: Clock
  readonly #seen = new Map<ServerId, {readonly says: FolderSays; readonly at: number}>()
  #folder: string | null = null
  #looking: Promise<void> | null = null

  constructor(
    inForce: {readonly settings: Pick<Settings, 'FreeSpaceFolder'>},
    disks: {of(id: ServerId): Pick<ServerDisk, 'mappings'>},
    mounted: MountedDisks,
    definitions: () => readonly ServerDefinition[],
    isHere: (definition: ServerDefinition) => boolean,
    clock: Clock,
  ) {
    this.#inForce = inForce
    this.#disks = disks
    this.#mounted = mounted
    this.#definitions = definitions
    this.#isHere = isHere
    this.#clock = clock
  }

  of(id: ServerId): FolderSays {
    const folder = this.#inForce.settings.FreeSpaceFolder
    if (folder === null) return 'own'
    const seen = this.#seen.get(id)
    const isFresh = seen !== undefined && this.#clock.monotonic() - seen.at <= FRESH_MS
    return isFresh && folder === this.#folder ? seen.says : 'unknown'
  }

  /** Measures again, unless it still does. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null))
    return this.#looking
  }

  async #look(): Promise<void> {
    const folder = this.#inForce.settings.FreeSpaceFolder
    if (folder === null) return
    this.#folder = folder
    const here = await this.#mounted.believedSpace(folder)
    for (const definition of this.#definitions()) {
      const says = await this.#saysOf(definition, folder, here)
      this.#seen.set(definition.id, {says, at: this.#clock.monotonic()})
    }
  }

  async #saysOf(definition: ServerDefinition, folder: string, here: DiskSpace | Unseen): Promise<FolderSays> {
    const mappings = this.#disks.of(definition.id).mappings
    // It may be written as the server sees it, when we have nothing at that path ourselves.
    const isElsewhere = 'unknown' in here && here.unknown === 'missing'
    const mapped = isElsewhere ? toOurs(folder, mappings) : null
    const place = mapped ?? folder
    const space = mapped === null ? here : await this.#mounted.believedSpace(mapped)
    if (mappings.length === 0 && !this.#isHere(definition)) return 'own'
    if ('unknown' in space || mappings.some((it) => it.contradicted !== undefined)) return 'unknown'
    const {freeBytes: free, device} = space
    if (mappings.length === 0 || mappings.some(({ours}) => overlap(ours, place))) return {free}
    return this.#byDevice(definition, {free, device})
  }

  async #byDevice(
    {paths}: ServerDefinition,
    {free, device}: {readonly free: Bytes; readonly device: string},
  ): Promise<FolderSays> {
    let isUnknown = false
    for (const {ours} of paths) {
      const verdict = await this.#mounted.believedMount(ours)
      if (verdict.mounted === 'unknown') isUnknown = true
      else if (verdict.remember.device === device) return {free}
    }
    return isUnknown ? 'unknown' : 'own'
  }
}

/** Where nobody says how much is to stay free. */
const USUAL: Bytes = 10 * 1024 ** 3

/**
 * Whose disk is low: less is free there than is to stay free. It is over when there is something to spare again, so that
 * figures that tremble are one fall. What is not known changes nothing: a disk that is away is neither low nor well.
 */
export class LowDisks {
  readonly #inForce: {readonly settings: Pick<Settings, 'FreeSpace'>}
  readonly #folder: Pick<SpaceFolder, 'of'>
  readonly #low = new Map<ServerId, boolean>()

  constructor(inForce: {readonly settings: Pick<Settings, 'FreeSpace'>}, folder: Pick<SpaceFolder, 'of'>) {
    this.#inForce = inForce
    this.#folder = folder
  }

  /** @param freeBytes what the server says is free @returns `undefined` = it never was known */
  isLow(id: ServerId, freeBytes: Bytes | undefined): boolean | undefined {
    const says = this.#folder.of(id)
    const free = says === 'own' ? freeBytes : says === 'unknown' ? undefined : says.free
    const before = this.#low.get(id)
    if (free === undefined) return before
    const low = free < (this.#inForce.settings.FreeSpace ?? USUAL) + (before === true ? SPARE : 0)
    this.#low.set(id, low)
    return low
  }
}
