/**
 * Gives what misses something a temporary quality profile, and its own back. Each step is written down before its Arr is
 * asked, so that whenever the program is killed its own profile is there, or an open row says what has to come back.
 *
 *   a unit's turn comes ─▶ `before` ─▶ GET ─▶ row `intended` ─▶ PUT ─▶ GET ─▶ `switched` ─▶ it is searched
 *   each minute ─▶ what is open: whether a step was made · whether somebody did something else · whether it is due
 *                      └─▶ row `restoring` ─▶ GET ─▶ PUT (up to 50 of one pair) ─▶ GET ─▶ `restored`
 *
 * No row goes before its Arr said that it has its own profile. Only that one field is ever written there.
 */
import {randomUUID} from 'node:crypto'
import type {ProfileSwitches} from '#automation-state/profile-switches.ts'
import {sleep, type Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {CommodarrError} from '#model/errors.ts'
import {
  INHERITED,
  isOpenSwitch,
  type ContainerKind,
  type ProfileSwitch,
  type ProfileSwitchQuery,
  type ProfileSwitchWindow,
  type RestoreReason,
  type SeenContainer,
  type ShownProfileSwitch,
} from '#model/profile-switches.ts'
import type {InheritedItem} from '#model/qbitrr-migration.ts'
import {DAY, HOUR, MINUTE, type EpochMs} from '#model/units.ts'
import {
  dueOf,
  isStepDue,
  isStillDue,
  lookedAt,
  mainsOf,
  mayBegin,
  ownProfile,
  profileLinks,
  standingOf,
  stoppedUntil,
  type KnownContainer,
  type MissingUnit,
  type NamedProfile,
  type ProfileChoice,
  type ProfileLinks,
} from './profile-decisions.ts'

/** What an Arr is asked, in its own thread. */
export interface ProfilePort {
  /** As they are now, in this order; `null` = it is not there (any more). @throws {CommodarrError} */
  containers(arrId: string, ids: readonly number[]): Promise<readonly (SeenContainer | null)[]>
  /** @throws {CommodarrError} */
  profiles(arrId: string): Promise<readonly NamedProfile[]>
  /** Changes this one field. @param ids up to 50. @throws {CommodarrError} it may have it all the same */
  setProfile(arrId: string, ids: readonly number[], profileId: number): Promise<void>
}

/** An Arr with what its library says. */
export interface SwitchedArr {
  readonly id: string
  readonly name: string
  readonly kind: ContainerKind
  readonly choice: ProfileChoice
  /** all: new ones, too. restore: what is open alone. nothing: it is only watched; what a person wants is sent. */
  may(): 'all' | 'restore' | 'nothing'
  isReachable(): boolean
  /** Its profiles as they were read last; `null` = what is known of its library is not to be relied on. */
  profiles(): readonly NamedProfile[] | null
  container(id: number): KnownContainer | null
  /** `null` = it is not in its library (any more). */
  idOf(foreignId: string): number | null
  containers(): Iterable<KnownContainer>
  missingOf(id: number): readonly MissingUnit[]
}

export interface ProfileAlert {
  readonly code:
    | 'profile_not_restored'
    | 'profile_original_gone'
    | 'profile_flipped'
    | 'profile_mapping'
    | 'profile_ambiguous'
    | 'profile_left_behind'
  readonly message: string
}

export interface ProfileServiceDeps {
  readonly clock: Clock
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  readonly log: {error(about: object, text: string): void}
  readonly switches: Pick<ProfileSwitches, 'get' | 'lastOf' | 'ofArr' | 'openArrs' | 'commit' | 'remove'>
  readonly port: ProfilePort
  /** What qBitrr left behind. @throws {StorageFault} */
  readonly inherited: () => Promise<readonly InheritedItem[]>
  /** There is such an Arr, on or off, or nobody can say that there is none. */
  readonly exists: (arrId: string) => boolean
  /** For the journal: it is so now. */
  readonly note: (row: ProfileSwitch) => void
  /** All that needs a person in that Arr; what is not among them is over. */
  readonly alert: (arr: {readonly id: string; readonly name: string}, alerts: readonly ProfileAlert[]) => void
}

const LOOK_MS = MINUTE * 1_000
/** Of one request, and of one Arr in one look. */
const AT_ONCE = 50
const FIRST_AGAIN_MS = 5 * MINUTE * 1_000
const LONGEST_AGAIN_MS = HOUR * 1_000
/** An Arr that does not give it back for so long needs a person. */
const ALERT_MS = HOUR * 1_000
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000
/** What could not be switched is searched as it is for so long. */
const FAILED_MS = HOUR * 1_000
const RELEASE_MS = 30_000
const LEFT_BEHIND_MS = 30 * DAY * 1_000
/** Of a list in one sentence. */
const MOST_NAMED = 5

type Look = ProfileSwitch | 'remove'

export class ProfileService {
  readonly #deps: ProfileServiceDeps
  readonly #arrs = new Map<string, SwitchedArr>()
  readonly #turns = new Map<string, Semaphore>()
  /** By the duration clock: what is not tried before. Of rows by their id, of items by Arr and number. */
  readonly #againAt = new Map<string, number>()
  /** Arrs whose switches were put back at this start. */
  readonly #reset = new Map<string, readonly string[]>()
  readonly #end = new AbortController()
  /** With a profile of before a switch. */
  #inherited: readonly InheritedItem[] = []
  #passing: Promise<unknown> = Promise.resolve()
  #cancel: () => void = () => undefined

  constructor(deps: ProfileServiceDeps) {
    this.#deps = deps
  }

  /** @throws {StorageFault} */
  async start(): Promise<void> {
    const inherited = await this.#deps.inherited()
    this.#inherited = inherited.filter(({originalProfileId}) => originalProfileId !== null)
    this.#plan()
  }

  /** Resolves when nothing is begun any more. What is open goes on after the next start. */
  async stop(): Promise<void> {
    this.#cancel()
    this.#end.abort(new Error('The program ends.'))
    await this.#passing
    for (const turn of this.#turns.values()) await turn.run(async () => undefined)
  }

  /** It is looked after from now on, as this says. */
  put(arr: SwitchedArr): void {
    this.#arrs.set(arr.id, arr)
  }

  /** Its rows stay open. */
  remove(arrId: string): void {
    const arr = this.#arrs.get(arrId)
    this.#arrs.delete(arrId)
    this.#reset.delete(arrId)
    if (arr) this.#deps.alert(arr, [])
  }

  /**
   * What has to be done before something of it is searched because it is missing; `null` = it is searched as it is. Never
   * rejects but for our own database.
   */
  before(arrId: string, containerId: number): (() => Promise<void>) | null {
    const arr = this.#arrs.get(arrId)
    const next = arr && this.#nextOf(arr, containerId)
    return arr && next ? () => this.#inTurn(arrId, () => this.#switch(arr, containerId)) : null
  }

  /** The newest first, with what would be done now. */
  async list({arrs, group, offset, limit}: ProfileSwitchQuery): Promise<ProfileSwitchWindow> {
    const {switches} = this.#deps
    const all = arrs
      .flatMap((id) => switches.ofArr(id))
      .filter((row) => group === null || (group === 'open') === hasNotItsOwn(row))
      .sort((a, b) => b.begunAt - a.begunAt || (a.id < b.id ? 1 : -1))
    const about: ProfileSwitchWindow['arrs'][number][] = []
    for (const id of arrs) about.push(await this.#about(id))
    return {
      items: all.slice(offset, offset + limit).map((row) => this.#shown(row)),
      total: all.length,
      arrs: about,
    }
  }

  async #about(arrId: string): Promise<ProfileSwitchWindow['arrs'][number]> {
    const {switches, clock, turns} = this.#deps
    const arr = this.#arrs.get(arrId)
    const profiles = arr?.profiles() ?? null
    const isOn = arr?.choice.isOn === true
    const {next, problems} = profileLinks(arr?.choice.mappings ?? {}, profiles ?? [])
    const until = isOn ? stoppedUntil(switches.ofArr(arrId), clock.now()) : null
    let waiting = 0
    if (isOn && until === null && next.size > 0)
      for (const {id: containerId, profileId, monitored, isComplete} of arr.containers()) {
        if (turns.due()) await turns.next()
        if (isComplete || profileId === null || !next.has(profileId)) continue
        if (!monitored && !arr.choice.isUnmonitoredWanted) continue
        const last = switches.lastOf({arrId, kind: arr.kind, containerId})
        if (mayBegin(last, profileId, clock.now())) waiting++
      }
    return {
      arrId,
      isOn,
      isOnlyShown: arr?.may() === 'nothing',
      stoppedUntil: until,
      problems: profiles === null ? [] : problems,
      waiting: profiles === null ? null : waiting,
    }
  }

  get(id: string): ShownProfileSwitch | null {
    const row = this.#deps.switches.get(id)
    return row === undefined ? null : this.#shown(row)
  }

  /**
   * A person wants its own profile back: written when this resolves, and done as soon as its Arr does it.
   * @returns `null` = there is nothing to put back (any more)
   * @throws {StorageFault}
   */
  async restore(id: string): Promise<ShownProfileSwitch | null> {
    const known = this.#deps.switches.get(id)
    if (known === undefined) return null
    await this.#inTurn(known.arrId, async () => {
      const row = this.#deps.switches.get(id)
      if (row === undefined || !hasNotItsOwn(row)) return
      await this.#deps.switches.commit([this.#restoring(row, 'person')])
      this.#againAt.delete(id)
      const arr = this.#arrs.get(row.arrId)
      if (arr?.isReachable()) await this.#restoreAll(arr)
    })
    const row = this.get(id)
    return row === null || (row.state !== 'restored' && !isOpenSwitch(row)) ? null : row
  }

  /**
   * An Arr is about to be removed: puts back what can be in half a minute.
   * @returns what keeps its temporary profile there
   * @throws {StorageFault}
   */
  async release(arrId: string): Promise<readonly ProfileSwitch[]> {
    const arr = this.#arrs.get(arrId)
    await this.#inTurn(arrId, async () => {
      await this.#deps.switches.commit(this.#standing(arrId).map((row) => this.#restoring(row, 'removed')))
      for (const {id} of this.#standing(arrId)) this.#againAt.delete(id)
      if (!arr?.isReachable()) return
      const end = this.#deps.clock.monotonic() + RELEASE_MS
      // Each round puts back a portion, or nothing more can be.
      for (let before = Infinity, left = this.#standing(arrId).length; left > 0 && left < before;) {
        if (this.#deps.clock.monotonic() > end) return
        await this.#restoreAll(arr)
        before = left
        left = this.#standing(arrId).length
      }
    })
    return this.#standing(arrId)
  }

  /** Its numbers and its cut-off are those of another profile. */
  isTemporary(arrId: string, kind: ContainerKind, containerId: number, readAt: EpochMs): boolean {
    const last = this.#deps.switches.lastOf({arrId, kind, containerId})
    if (last === undefined) return false
    // As long as its library is older than that it came back, it is still shown with the other one.
    return isOpenSwitch(last) || (last.state === 'restored' && readAt < last.since)
  }

  /** Which it has for certain, whatever its library says; `null` = as that says. */
  profileOf(arrId: string, kind: ContainerKind, containerId: number): number | null {
    const last = this.#deps.switches.lastOf({arrId, kind, containerId})
    return last?.state === 'switched' ? last.temporaryId : null
  }

  #shown(row: ProfileSwitch): ShownProfileSwitch {
    const arr = this.#arrs.get(row.arrId)
    const profiles = arr?.profiles()
    const due = arr && profiles ? this.#dueOf(arr, row, profileLinks(arr.choice.mappings, profiles)) : null
    return {
      ...row,
      due: due === 'keep' ? null : due,
      isOnlyShown: arr?.may() === 'nothing' && row.reason !== 'person',
    }
  }

  /** What it would have next; `null` = it is not switched. */
  #nextOf(arr: SwitchedArr, containerId: number): NamedProfile | null {
    const {clock, switches} = this.#deps
    const profiles = arr.profiles()
    if (!arr.choice.isOn || profiles === null || arr.may() !== 'all' || !arr.isReachable()) return null
    const known = arr.container(containerId)
    if (known === null || known.profileId === null || known.foreignId === '') return null
    const next = profileLinks(arr.choice.mappings, profiles).next.get(known.profileId)
    if (next === undefined || this.#waits(`${arr.id} ${containerId}`)) return null
    const [now, name] = [clock.now(), {arrId: arr.id, kind: arr.kind, containerId}]
    const may = mayBegin(switches.lastOf(name), known.profileId, now)
    return may && stoppedUntil(switches.ofArr(arr.id), now) === null ? next : null
  }

  /** @throws {StorageFault} then nothing was sent, or it is looked at again */
  async #switch(arr: SwitchedArr, containerId: number): Promise<void> {
    const {clock, switches} = this.#deps
    const known = arr.container(containerId)
    const next = this.#nextOf(arr, containerId)
    if (known === null || known.profileId === null || next === null) return
    const waitKey = `${arr.id} ${containerId}`
    this.#againAt.set(waitKey, clock.monotonic() + FAILED_MS)
    const seen = await this.#ask(() => this.#deps.port.containers(arr.id, [containerId]))
    const one = seen?.[0]
    // Its library is behind, or it is not reached: it is searched as it is.
    if (!one || one.foreignId !== known.foreignId || one.profileId !== known.profileId) return
    if (one.missing === 0 || !isCurrent(this.#end)) return
    const from = arr.profiles()?.find(({id}) => id === known.profileId)
    if (from === undefined) return
    const now = clock.now()
    const row: ProfileSwitch = {
      id: randomUUID(),
      arrId: arr.id,
      kind: arr.kind,
      containerId,
      foreignId: known.foreignId,
      title: one.title,
      originalId: from.id,
      originalName: from.name,
      fromId: from.id,
      fromName: from.name,
      temporaryId: next.id,
      temporaryName: next.name,
      state: 'intended',
      since: now,
      begunAt: now,
      reason: null,
      tries: 0,
      seenId: null,
    }
    await switches.commit([row])
    if ((await this.#make(arr, row)) === 'switched') this.#againAt.delete(waitKey)
  }

  /** A row that is `intended`. @returns how it ended; `open` = nobody can say yet. @throws {StorageFault} */
  async #make(arr: SwitchedArr, row: ProfileSwitch): Promise<ProfileSwitch['state'] | 'removed' | 'open'> {
    const {port, clock} = this.#deps
    let mayPut = true
    for (let tries = 0; ; tries++) {
      if (mayPut) await this.#ask(() => port.setProfile(arr.id, [row.containerId], row.temporaryId))
      const seen = await this.#ask(() => port.containers(arr.id, [row.containerId]))
      const isLast = tries >= arr.choice.retries || !isCurrent(this.#end)
      const one = seen?.[0] ?? null
      // What was changed meanwhile is not overwritten: only what still has the one before is asked for again.
      mayPut = seen !== null && standingOf(row, one) === 'from'
      if (seen !== null && (!mayPut || isLast)) {
        const became = lookedAt(row, one, clock.now())
        await this.#settle([became === 'remove' ? {remove: row} : {became}])
        return became === 'remove' ? 'removed' : became.state
      }
      if (isLast) {
        this.#later(row, 0)
        return 'open'
      }
      await sleep(clock, Math.min(FIRST_RETRY_MS * 2 ** tries, LONGEST_RETRY_MS), this.#end.signal).catch(
        () => undefined,
      )
    }
  }

  #plan(): void {
    if (!isCurrent(this.#end)) return
    this.#cancel = this.#deps.clock.after(LOOK_MS, () => {
      this.#passing = this.look().finally(() => this.#plan())
    })
  }

  /** What is open in all Arrs: one that does not answer holds up no other. Never rejects. */
  async look(): Promise<void> {
    for (const key of this.#againAt.keys()) if (!this.#waits(key)) this.#againAt.delete(key)
    await Promise.all(
      [...this.#arrs.values()].map((arr) =>
        this.#inTurn(arr.id, () => this.#lookAt(arr)).catch((error: unknown) => {
          this.#deps.log.error({err: error, arr: arr.id}, 'temporary profiles could not be looked at')
        }),
      ),
    )
    await this.#leftBehind().catch((error: unknown) => {
      this.#deps.log.error({err: error}, 'temporary profiles of removed Arrs could not be looked at')
    })
  }

  /** What an Arr that is not here any more keeps: shown to people for a month. @throws {StorageFault} */
  async #leftBehind(): Promise<void> {
    const {switches, exists, alert, clock} = this.#deps
    for (const arrId of switches.openArrs()) {
      if (exists(arrId)) continue
      const now = clock.now()
      const rows = this.#standing(arrId)
      const old = rows.filter(({since}) => now - since >= LEFT_BEHIND_MS)
      await switches.commit(old.map((row) => ({...row, state: 'gone', since: now})))
      const left = rows.filter((row) => !old.includes(row))
      const message = `This Arr was removed, and these keep their temporary quality profile in it: ${named(left)}. Give each its own there.`
      alert({id: arrId, name: arrId}, left.length === 0 ? [] : [{code: 'profile_left_behind', message}])
    }
  }

  /** @throws {StorageFault} */
  async #lookAt(arr: SwitchedArr): Promise<void> {
    const profiles = arr.profiles()
    if (profiles !== null) await this.#inherit(arr, profiles)
    if (arr.may() !== 'nothing' && arr.isReachable()) {
      const links = profiles && profileLinks(arr.choice.mappings, profiles)
      await this.#lookAgain(arr, profiles)
      if (links !== null) {
        if (arr.choice.resets && !this.#reset.has(arr.id)) await this.#resetAll(arr, links)
        await this.#restoreDue(arr, links)
        await this.#step(arr, links)
      }
    }
    if (arr.isReachable()) await this.#restoreAll(arr)
    this.#deps.alert(arr, this.#alertsOf(arr, profiles))
  }

  /** What was begun and not seen, and what its library has with another profile than we gave it. @throws {StorageFault} */
  async #lookAgain(arr: SwitchedArr, profiles: readonly NamedProfile[] | null): Promise<void> {
    const rows = this.#deps.switches.ofArr(arr.id).filter((row) => {
      if (row.state === 'intended') return !this.#waits(row.id)
      if (profiles === null || row.state === 'restoring' || !hasNotItsOwn(row)) return false
      const known = arr.container(row.containerId)
      const isAsWeLeftIt = known?.foreignId === row.foreignId && known.profileId === row.temporaryId
      // What its library read before says nothing of it.
      const isBehind = known !== null && known.readAt < row.since
      return !isAsWeLeftIt && !isBehind && !this.#waits(row.id)
    })
    const found = await this.#seen(arr, rows.slice(0, AT_ONCE))
    // A library that is behind is asked about again in a while.
    for (const {row} of found) this.#later(row, 0)
    await this.#settle(found.map((one) => one.is))
    const back = this.#deps.switches.ofArr(arr.id).filter((row) => row.state === 'needs_you')
    const again = back.filter((row) => profiles !== null && ownProfile(row, profiles) !== null)
    await this.#deps.switches.commit(again.map((row) => this.#restoring(row, row.reason ?? 'imported')))
  }

  /** @throws {StorageFault} */
  async #restoreDue(arr: SwitchedArr, links: ProfileLinks): Promise<void> {
    const {switches, clock} = this.#deps
    const due = switches.ofArr(arr.id).flatMap((row) => {
      const why = row.state === 'restoring' ? null : this.#dueOf(arr, row, links)
      return why === null || this.#waits(row.id) ? [] : [{row, why}]
    })
    const some = due.slice(0, AT_ONCE)
    const whys = new Map(some.map(({row, why}) => [row.id, why]))
    const found = await this.#seen(
      arr,
      some.map(({row}) => row),
    )
    await this.#settle(
      found.map(({row, seen, is}) => {
        const why = whys.get(row.id)!
        const isHere = seen !== null && standingOf(row, seen) === 'temporary'
        if (!isHere) return is
        if (!isStillDue(why, seen)) {
          // Its library is ahead of it, or behind.
          this.#later(row, 0)
          return is
        }
        const now = clock.now()
        return {became: why === 'keep' ? {...row, state: 'kept', since: now} : this.#restoring(row, why)}
      }),
    )
  }

  /** One link of one chain at a time. @throws {StorageFault} */
  async #step(arr: SwitchedArr, {next}: ProfileLinks): Promise<void> {
    const {switches, clock} = this.#deps
    if (arr.may() !== 'all' || !arr.choice.isOn) return
    for (const row of switches.ofArr(arr.id)) {
      const link = next.get(row.temporaryId)
      if (link === undefined || this.#waits(row.id)) continue
      if (!isStepDue(row, arr.missingOf(row.containerId), arr.choice, clock.now())) continue
      this.#later(row, 0)
      const [found] = await this.#seen(arr, [row])
      if (found?.seen == null || standingOf(row, found.seen) !== 'temporary' || found.seen.missing === 0)
        continue
      const step: ProfileSwitch = {
        ...row,
        state: 'intended',
        since: clock.now(),
        fromId: row.temporaryId,
        fromName: row.temporaryName,
        temporaryId: link.id,
        temporaryName: link.name,
      }
      await switches.commit([step])
      await this.#make(arr, step)
      return
    }
  }

  /** What is `restoring` and due, a portion of it. @throws {StorageFault} */
  async #restoreAll(arr: SwitchedArr): Promise<void> {
    const {switches, port} = this.#deps
    const mayAll = arr.may() !== 'nothing'
    const rows = switches
      .ofArr(arr.id)
      .filter(
        (row) => row.state === 'restoring' && !this.#waits(row.id) && (mayAll || row.reason === 'person'),
      )
      .slice(0, AT_ONCE)
    if (rows.length === 0) return
    const profiles = await this.#ask(() => port.profiles(arr.id))
    if (profiles === null) return this.#failed(rows)
    const found = await this.#seen(arr, rows)
    await this.#settle(found.map(({is}) => is))
    const here = found.flatMap(({row: {id}, seen}) => {
      const row = switches.get(id)
      return row && seen !== null && standingOf(row, seen) === 'temporary' ? [row] : []
    })
    const wanted: ProfileSwitch[] = []
    for (const row of here) {
      const own = ownProfile(row, profiles)
      const now = this.#deps.clock.now()
      if (own === null) await this.#settle([{became: {...row, state: 'needs_you', since: now}}])
      else wanted.push({...row, originalId: own.id, originalName: own.name})
    }
    // Under another number it is written down first: by that it is known that it came back.
    await switches.commit(wanted.filter(({id, originalId}) => switches.get(id)?.originalId !== originalId))
    for (const pair of Map.groupBy(wanted, (row) => `${row.temporaryId} ${row.originalId}`).values()) {
      const ids = pair.map(({containerId}) => containerId)
      if (!isCurrent(this.#end)) return
      await this.#ask(() => port.setProfile(arr.id, ids, pair[0]!.originalId))
    }
    const after = await this.#seen(arr, wanted)
    await this.#settle(after.map(({is}) => is))
    const left = rows.filter(({id}) => switches.get(id)?.state === 'restoring')
    if (left.length > 0) await this.#failed(left)
  }

  /** @throws {StorageFault} */
  async #failed(rows: readonly ProfileSwitch[]): Promise<void> {
    for (const row of rows) this.#later(row, row.tries)
    await this.#deps.switches.commit(rows.map((row) => ({...row, tries: row.tries + 1})))
  }

  /**
   * Asks its Arr for these. What moved to another number goes with it.
   * @returns none = it does not answer
   */
  async #seen(
    arr: SwitchedArr,
    rows: readonly ProfileSwitch[],
  ): Promise<
    readonly {readonly row: ProfileSwitch; readonly seen: SeenContainer | null; readonly is: Settled}[]
  > {
    if (rows.length === 0) return []
    const {port, clock} = this.#deps
    const ids = rows.map(({containerId}) => containerId)
    const seen = await this.#ask(() => port.containers(arr.id, ids))
    if (seen === null) {
      for (const row of rows) if (row.state !== 'restoring') this.#later(row, 0)
      return []
    }
    return rows.flatMap((row, at) => {
      const one = seen[at] ?? null
      const is = standingOf(row, one)
      if (is === 'renumbered' || is === 'gone') {
        const isSure = arr.profiles() !== null
        const id = isSure ? arr.idOf(row.foreignId) : null
        // As long as its library is being read again, nothing follows from its numbers.
        if (!isSure) return []
        if (id !== null && id !== row.containerId)
          return [{row, seen: null, is: {became: {...row, containerId: id}}}]
      }
      const became: Look = lookedAt(row, one, clock.now())
      return [{row, seen: one, is: became === 'remove' ? {remove: row} : {became}}]
    })
  }

  /** @throws {StorageFault} then all is as before */
  async #settle(settled: readonly Settled[]): Promise<void> {
    const {switches, note} = this.#deps
    const changed = settled.flatMap((one) =>
      'became' in one && switches.get(one.became.id) !== one.became ? [one.became] : [],
    )
    const before = new Map(changed.map(({id}) => [id, switches.get(id)?.state]))
    await switches.commit(changed)
    await switches.remove(settled.flatMap((one) => ('remove' in one ? [one.remove.id] : [])))
    for (const row of changed) if (before.get(row.id) !== row.state) note(row)
  }

  /** What qBitrr switched becomes rows, once. @throws {StorageFault} */
  async #inherit(arr: SwitchedArr, profiles: readonly NamedProfile[]): Promise<void> {
    const {switches, clock} = this.#deps
    const links = profileLinks(arr.choice.mappings, profiles)
    const rows = this.#inherited.flatMap((item) => {
      const id = `${INHERITED}${item.arrId} ${item.item}`
      const number = numberIn(item.item, arr.kind)
      if (item.arrId !== arr.id || number === null || switches.get(id) !== undefined) return []
      const row = inheritedRow(id, item, {arr, number, profiles, links, now: clock.now()})
      return row === null ? [] : [row]
    })
    await switches.commit(rows)
    for (const row of rows) if (row.state === 'switched') this.#deps.note(row)
  }

  /** `ForceResetTempProfiles`, once at a start. @throws {StorageFault} */
  async #resetAll(arr: SwitchedArr, links: ProfileLinks): Promise<void> {
    const {switches, clock} = this.#deps
    const now = clock.now()
    const profiles = new Map((arr.profiles() ?? []).map((one) => [one.id, one]))
    const temporary = new Set([...links.next.values()].map(({id}) => id))
    const rows = this.#standing(arr.id).map((row) => this.#restoring(row, 'reset'))
    const ambiguous: string[] = []
    for (const known of arr.containers()) {
      const {id: containerId, profileId, foreignId, title} = known
      if (profileId === null || foreignId === '' || !temporary.has(profileId)) continue
      const last = switches.lastOf({arrId: arr.id, kind: arr.kind, containerId})
      if (last && (hasNotItsOwn(last) || last.state === 'superseded')) continue
      const mains = mainsOf(profileId, links)
      const main = profiles.get(mains[0] ?? 0)
      const now_ = profiles.get(profileId)
      // What is also a profile that others lead from may be its own.
      if (mains.length !== 1 || main === undefined || now_ === undefined || links.next.has(profileId)) {
        ambiguous.push(title)
        continue
      }
      rows.push({
        id: randomUUID(),
        arrId: arr.id,
        kind: arr.kind,
        containerId,
        foreignId,
        title,
        originalId: main.id,
        originalName: main.name,
        fromId: main.id,
        fromName: main.name,
        temporaryId: profileId,
        temporaryName: now_.name,
        state: 'restoring',
        since: now,
        begunAt: now,
        reason: 'reset',
        tries: 0,
        seenId: null,
      })
    }
    await switches.commit(rows)
    this.#reset.set(arr.id, ambiguous)
  }

  #alertsOf(arr: SwitchedArr, profiles: readonly NamedProfile[] | null): readonly ProfileAlert[] {
    const {switches, clock} = this.#deps
    const rows = switches.ofArr(arr.id)
    const now = clock.now()
    const alerts: ProfileAlert[] = []
    const late = rows.filter(({state, since}) => state === 'restoring' && now - since >= ALERT_MS)
    if (late.length > 0 && arr.may() !== 'nothing')
      alerts.push({
        code: 'profile_not_restored',
        message: `${arr.name} has not given these their own quality profile back for an hour: ${named(late)}. Check that it is online; it is tried again.`,
      })
    const orphans = rows.filter(({state}) => state === 'needs_you')
    if (orphans.length > 0)
      alerts.push({
        code: 'profile_original_gone',
        message: `The own quality profile of these is gone from ${arr.name}: ${named(orphans)}. Give each another profile there, or make one of the same name.`,
      })
    if (arr.choice.isOn && stoppedUntil(rows, now) !== null)
      alerts.push({
        code: 'profile_flipped',
        message: `Another program gives items of ${arr.name} their own quality profile back. No temporary profile is set there for a week: end that program, or turn off UseTempForMissing.`,
      })
    const problems = profiles === null ? [] : profileLinks(arr.choice.mappings, profiles).problems
    if (arr.choice.isOn && problems.length > 0)
      alerts.push({
        code: 'profile_mapping',
        message: `${arr.id}.EntrySearch.QualityProfileMappings: ${problems.join('; ')}. These mappings are off.`,
      })
    const ambiguous = this.#reset.get(arr.id) ?? []
    if (ambiguous.length > 0)
      alerts.push({
        code: 'profile_ambiguous',
        message: `These have a temporary quality profile in ${arr.name}, and which profile is their own is not known: ${titles(ambiguous)}. Give each the right one there.`,
      })
    return alerts
  }

  #dueOf(arr: SwitchedArr, row: ProfileSwitch, links: ProfileLinks): RestoreReason | 'keep' | null {
    const known = arr.container(row.containerId)
    const its = known?.foreignId === row.foreignId ? known : null
    const isMissing = ({reason}: MissingUnit) => reason === 'missing' || reason === 'today'
    const isComplete = its?.isComplete === true && !arr.missingOf(row.containerId).some(isMissing)
    return dueOf(row, its && {...its, isComplete}, arr.choice, {links, now: this.#deps.clock.now()})
  }

  /** What has not its own profile. */
  #standing(arrId: string): readonly ProfileSwitch[] {
    return this.#deps.switches.ofArr(arrId).filter(hasNotItsOwn)
  }

  #restoring(row: ProfileSwitch, reason: RestoreReason): ProfileSwitch {
    return {...row, state: 'restoring', since: this.#deps.clock.now(), reason, tries: 0}
  }

  #waits(key: string): boolean {
    return (this.#againAt.get(key) ?? 0) > this.#deps.clock.monotonic()
  }

  /** @param tries before */
  #later({id}: ProfileSwitch, tries: number): void {
    const ms = Math.min(FIRST_AGAIN_MS * 2 ** Math.min(tries, 10), LONGEST_AGAIN_MS)
    this.#againAt.set(id, this.#deps.clock.monotonic() + ms)
  }

  /** @returns `null` = it does not answer, or refuses, or the program ends */
  async #ask<T>(question: () => Promise<T>): Promise<T | null> {
    const {signal} = this.#end
    if (signal.aborted) return null
    const ended = Promise.withResolvers<null>()
    const stop = () => ended.resolve(null)
    signal.addEventListener('abort', stop, {once: true})
    try {
      return await Promise.race([question(), ended.promise])
    } catch (error) {
      if (error instanceof CommodarrError) return null
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  #inTurn<T>(arrId: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#turns.get(arrId) ?? new Semaphore(1)
    this.#turns.set(arrId, turn)
    return turn.run(work)
  }
}

type Settled = {readonly became: ProfileSwitch} | {readonly remove: ProfileSwitch}

function hasNotItsOwn(row: ProfileSwitch): boolean {
  return isOpenSwitch(row) || row.state === 'kept'
}

function isCurrent({signal}: AbortController): boolean {
  return !signal.aborted
}

/** `movie/12`; `null` = it is of another kind. */
function numberIn(item: string, kind: ContainerKind): number | null {
  const [its, number] = item.split('/')
  return its === kind && Number.isSafeInteger(Number(number)) ? Number(number) : null
}

/** @returns `null` = what it is nobody can say (yet) */
function inheritedRow(
  id: string,
  {arrId, item, originalProfileId, temporaryProfileId, switchedAt, title}: InheritedItem,
  about: {
    readonly arr: SwitchedArr
    readonly number: number
    readonly profiles: readonly NamedProfile[]
    readonly links: ProfileLinks
    readonly now: EpochMs
  },
): ProfileSwitch | null {
  const {arr, number, profiles, links, now} = about
  const known = arr.container(number)
  if (originalProfileId === null || known?.foreignId === '' || known?.profileId === null) return null
  const nameOf = (profile: number) => profiles.find((one) => one.id === profile)?.name ?? `profile ${profile}`
  const has = known?.profileId ?? null
  // Where qBitrr did not say which, the mappings do.
  const isMappedTo = has !== null && mainsOf(has, links).includes(originalProfileId)
  const temporary = temporaryProfileId ?? (isMappedTo ? has : null)
  const state =
    known === null
      ? 'gone'
      : has === originalProfileId
        ? 'restored'
        : has === temporary
          ? 'switched'
          : 'superseded'
  return {
    id,
    arrId,
    kind: arr.kind,
    containerId: number,
    foreignId: known?.foreignId ?? '',
    title: known?.title ?? title ?? item,
    originalId: originalProfileId,
    originalName: nameOf(originalProfileId),
    fromId: originalProfileId,
    fromName: nameOf(originalProfileId),
    temporaryId: temporary ?? has ?? originalProfileId,
    temporaryName: nameOf(temporary ?? has ?? originalProfileId),
    state,
    since: now,
    begunAt: Math.min(switchedAt ?? now, now),
    reason: null,
    tries: 0,
    seenId: has,
  }
}

function named(rows: readonly ProfileSwitch[]): string {
  return titles(rows.map(({title}) => title))
}

function titles(all: readonly string[]): string {
  const more = all.length - MOST_NAMED
  return `${all.slice(0, MOST_NAMED).join(', ')}${more > 0 ? `, and ${more} more` : ''}`
}
