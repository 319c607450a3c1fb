/**
 * Sets a torrent aside with its files: kept in the trash before anything is done, removed from its server through our
 * guards, gone from its list, and only then its files moved into the recycle area of their disk. Files that somebody
 * else needs, or that changed, stay where they are, all of them; so do those of a torrent that somebody else removed, as
 * nobody asked us what shall become of them, and of one that came back.
 *
 *   of a rule:    remove ─▶ send ─▶ gone ─▶ move        its removal is sent in here, once the rule still wants it
 *   of a person:  gone ─▶ move                          `trash/removals.ts` sends it; refused, it is in no trash
 *
 * What its disk does not let us move is tried again, and may be brought back or let go meanwhile.
 *
 * Once its server is not configured any more nobody says whether it went. What was not sent is taken back; else the
 * torrent stays in the trash, with its files if all of them are there by then, and without them if not.
 */
import {Eraser} from '#disk/erase.ts'
import type {RecyclePlan} from '#disk/recycle.ts'
import {decidedOf, ruleActor, verdictEntry} from '#executor/rule-entry.ts'
import {endOfSaga, type SagaAtStep, type SagaKind, type StepEnd} from '#executor/saga-runner.ts'
import type {WorkContext} from '#journal/journal.ts'
import type {Actor} from '#model/command.ts'
import type {Decision} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {waits} from '#model/waits.ts'
import type {Doubt} from '#ownership/doubts.ts'
import {
  AGAIN_MS,
  awaitGone,
  LEFT_MEANWHILE,
  NOT_REMOVED,
  removalSteps,
  SERVER_LEFT,
  type RemovalDeps,
  type RemovalState,
} from './removal-steps.ts'
import type {FileOwners} from './file-owners.ts'
import type {TrashService} from './trash-service.ts'

type AsideTrash = Pick<
  TrashService,
  | 'forget'
  | 'keptWithoutFiles'
  | 'keeps'
  | 'mayGo'
  | 'couldNotMove'
  | 'leftWhereTheyWere'
  | 'claim'
  | 'release'
>

export interface RecycleOrigin {
  /** Of its entry in the journal, and in the trash. */
  readonly id: string
  readonly key: TorrentKey
  /** As its server wrote it. */
  readonly contentPath: string
  /** `null` = its files stay, or it has none. */
  readonly plan: RecyclePlan | null
  /** Of what is not known of others that may need its data, what he was told who wants it gone; absent = nothing. */
  readonly accepted?: readonly Doubt[]
  /** Our paths of what lies under names of its files, may be another person's, and stays; absent = nothing does. */
  readonly left?: readonly string[]
}

export interface RecycleState extends RecycleOrigin, RemovalState {
  readonly ruleName: string
  /** Of the torrent; absent in what earlier versions wrote. */
  readonly name?: string
}

export interface AsideState extends RecycleOrigin {
  readonly actor: Actor
  readonly name: string | null
  readonly decision: Pick<Decision, 'subject'>
  /** Entry in the journal of what it is a step of; absent = of nothing. */
  readonly causeId?: string
}

/** What a rule sets aside. */
export const RECYCLE = 'recycle'
/** What a person removed into the trash. */
export const ASIDE = 'aside'
/** Its removal was refused, and whoever sent it told so; or it was brought back or let go meanwhile. */
export const TAKEN = 'taken'
/** The torrent went, and its files stay where they are. */
const FILES_LEFT = 'done_files_left'
/** Ends after which the torrent is gone. */
const goneAfter: ReadonlySet<string> = new Set(['done', FILES_LEFT])

const mayHaveGone =
  'Its server left the configuration before it was known whether the torrent went. Its files were not moved.'
const filesStayed =
  'The torrent went, and its server left the configuration before its files were moved: they are where they were.'

/** A person may look for it in the trash at once, and it can only come back when it went. */
const SOON_MS = 1_000

export class TorrentAside {
  readonly #removals: RemovalDeps
  readonly #trash: AsideTrash
  readonly #owners: Pick<FileOwners, 'of'>
  readonly #recheck: (key: TorrentKey) => Promise<void>
  readonly #clock: WorkContext['clock']
  readonly #journal: WorkContext['journal']

  /** @param recheck has it checked: its files were away for a moment */
  constructor(
    removals: RemovalDeps,
    trash: AsideTrash,
    owners: Pick<FileOwners, 'of'>,
    recheck: (key: TorrentKey) => Promise<void>,
    {clock, journal}: Pick<WorkContext, 'clock' | 'journal'>,
  ) {
    this.#removals = removals
    this.#trash = trash
    this.#owners = owners
    this.#recheck = recheck
    this.#clock = clock
    this.#journal = journal
  }

  sagas(): readonly [ofRules: SagaKind, ofPeople: SagaKind] {
    return [this.#ofRules(), this.#ofPeople()]
  }

  #ofRules(): SagaKind {
    const {remove, send, gone} = removalSteps(this.#removals, {
      behind: 'move',
      removedByAnother: {end: 'removed_by_another'},
      id: ({state}) => (state as RecycleState).id,
    })
    return {
      kind: RECYCLE,
      version: 1,
      first: 'remove',
      // Its removal asks for the rights of its rule in the moment in which it is sent; behind that files are made safe.
      withoutRight: () => null,
      patienceMs: {send: waits.removalPostponed.ms, move: waits.ownersKnown.ms},
      steps: {
        remove,
        // Who brought it back meanwhile has it: nothing of it is forgotten.
        send: async (saga) => {
          const end = await send(saga)
          return 'end' in end && !this.#trash.mayGo((saga.state as RecycleState).id) ? {end: TAKEN} : end
        },
        ...this.#unlessLeft({gone, move: (saga) => this.#move(saga)}),
      },
      ended: async ({state, step}, outcome, why) => {
        const {id, decision, action, key, ruleName, name} = state as RecycleState
        const ended = endOfSaga({decision, action}, outcome, goneAfter.has(outcome))
        if (outcome === TAKEN) return ended
        const what = await this.#ending(state as RecycleOrigin, {step, outcome, why})
        const at = this.#clock.now()
        const decided = decidedOf(decision, action, null)
        const actor = ruleActor(ruleName)
        const entry = verdictEntry(decision, key, {
          at,
          decided,
          actor,
          args: {outcome},
          ...(name !== undefined && {name}),
          ...what,
        })
        await this.#journal.write([{...entry, id, verb: RECYCLE}])
        return ended
      },
    }
  }

  #ofPeople(): SagaKind {
    const begunAt = this.#clock.now()
    return {
      kind: ASIDE,
      version: 1,
      first: 'gone',
      // Its removal is out: its files are made safe, whoever wanted it.
      withoutRight: () => null,
      patienceMs: {move: waits.ownersKnown.ms},
      steps: this.#unlessLeft({
        gone: async (saga) => {
          const {id} = saga.state as AsideState
          if (!this.#trash.keeps(id)) return {end: TAKEN}
          const isEarlier = saga.startedAt < begunAt
          return awaitGone(this.#removals, saga, 'move', {
            againMs: SOON_MS,
            ...(isEarlier && {mostMs: waits.removalUnanswered.ms}),
          })
        },
        move: (saga) => this.#move(saga),
      }),
      ended: async ({state, step}, outcome, why) => {
        if (outcome === TAKEN) return null
        const {id, actor, key, name, plan, causeId} = state as AsideState
        const what = await this.#ending(state as RecycleOrigin, {step, outcome, why})
        // Of one that goes alone its removal itself tells.
        if (plan === null) return null
        const at = this.#clock.now()
        const about = {subject: 'torrent', ...key, name, verb: RECYCLE, args: {outcome}} as const
        const cause = causeId === undefined ? {} : {causeId}
        await this.#journal.write([{id, at, actor, ...about, ...cause, ...what}])
        return null
      },
    }
  }

  /** What is not in the trash is told to be where it was. Only what certainly did not go is forgotten there. */
  async #ending({id, left, plan}: Pick<RecycleOrigin, 'id' | 'left' | 'plan'>, {step, outcome, why}: Ended) {
    if (outcome === 'done' && left) return {phase: 'confirmed', message: leftWords(left)} as const
    if (goneAfter.has(outcome)) return {phase: 'confirmed'} as const
    // The trash keeps what brings it back.
    if (outcome === LEFT_MEANWHILE)
      return {phase: 'unconfirmed', code: outcome, message: mayHaveGone} as const
    if (step !== 'remove' && !stayed.has(outcome) && !outcome.startsWith('kept ')) {
      // Its files are where they were, unless they were being moved: those come back by their plan.
      if (step !== 'move' && plan !== null) await this.#trash.keptWithoutFiles(id, mayHaveGoneNow)
      return {
        phase: 'unconfirmed',
        code: outcome,
        message: [mayHaveGoneNow, ...(why ? [why] : [])].join(' '),
      } as const
    }
    await this.#trash.forget(id)
    const message = whyNot[outcome] ?? ['It is still on its server.', ...(why ? [why] : [])].join(' ')
    return {phase: 'failed', code: outcome, message} as const
  }

  /** Steps at which its removal may have been sent, or has. */
  #unlessLeft(steps: Steps): Steps {
    const isLeft = ({state}: SagaAtStep) => this.#removals.presence((state as AsideState).decision) === 'left'
    return Object.fromEntries(
      Object.entries(steps).map(([name, step]) => [
        name,
        async (saga: SagaAtStep) => (isLeft(saga) ? this.#endAsLeft(saga) : step(saga)),
      ]),
    )
  }

  /** One at a time: who brings it back, or lets it go, has it for himself. */
  async #alone({state}: SagaAtStep, step: (id: string) => Promise<StepEnd>): Promise<StepEnd> {
    const {id} = state as RecycleState | AsideState
    if (!this.#trash.keeps(id)) return {end: TAKEN}
    if (!this.#trash.claim(id)) return {waitMs: SOON_MS}
    try {
      return await step(id)
    } finally {
      this.#trash.release(id)
    }
  }

  #endAsLeft(saga: SagaAtStep): Promise<StepEnd> {
    return this.#alone(saga, async (id) => {
      try {
        return await this.#leaveFiles(saga)
      } catch (error) {
        // What is set aside in part is brought back, or let go, by people, too.
        if (error instanceof CommodarrError) await this.#trash.couldNotMove(id, error.message)
        throw error
      }
    })
  }

  /** Whoever has them now may be the daemon that left: none is moved any more. */
  async #leaveFiles({state, step}: SagaAtStep): Promise<StepEnd> {
    const {id, key, contentPath, plan, accepted} = state as RecycleState | AsideState
    const hasGone = step === 'move'
    if (plan !== null) {
      const eraser = new Eraser({ownerOf: this.#owners.of(key, contentPath, plan, accepted)})
      const begun = await eraser.entry(plan)
      if (begun?.state === 'recycled') return {end: 'done'}
      if (begun) await eraser.restore(plan)
      // Some may not go back: then the trash goes on to tell of them.
      if (await eraser.entry(plan)) return {end: hasGone ? FILES_LEFT : LEFT_MEANWHILE}
    }
    if (!hasGone || plan !== null) await this.#trash.keptWithoutFiles(id, hasGone ? filesStayed : mayHaveGone)
    return {end: hasGone ? FILES_LEFT : LEFT_MEANWHILE}
  }

  async #move(saga: SagaAtStep): Promise<StepEnd> {
    const {plan} = saga.state as RecycleState | AsideState
    return plan === null ? {end: 'done'} : this.#alone(saga, () => this.#moveFiles(saga, plan))
  }

  /** Its server may have it again by now: then they are its files, also those that were moved in that moment. */
  async #moveFiles(saga: SagaAtStep, plan: RecyclePlan): Promise<StepEnd> {
    const {id, key, contentPath, decision, accepted} = saga.state as RecycleState | AsideState
    const eraser = new Eraser({ownerOf: this.#owners.of(key, contentPath, plan, accepted)})
    const before = this.#removals.presence(decision)
    if (before === 'unknown') return {waitMs: AGAIN_MS}
    try {
      if (before === 'gone') await moveOnce(eraser, plan)
      if (this.#removals.presence(decision) !== 'there') return {end: 'done'}
      await takeBack(eraser, plan)
      if (before === 'gone') await this.#recheck(key)
      return {end: 'came_back'}
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      if (saga.atStepMs < mayPass(error)) {
        // A disk, or whoever cannot be asked, may come back; meanwhile people decide.
        await this.#trash.couldNotMove(id, error.message)
        throw error
      }
      await takeBack(eraser, plan)
      // What is another's, or another file, does not become ours.
      if (mayPass(error) === 0) await this.#trash.keptWithoutFiles(id, error.message)
      else await this.#trash.leftWhereTheyWere(id)
      return {end: FILES_LEFT}
    }
  }
}

interface Ended {
  /** At which it ended. */
  readonly step: string
  readonly outcome: string
  readonly why: string | null
}

/** So many are named. */
const MOST_NAMED = 5

function leftWords(left: readonly string[]): string {
  const named = left.slice(0, MOST_NAMED).join(', ')
  const more = left.length > MOST_NAMED ? ` and ${left.length - MOST_NAMED} more` : ''
  return `Older than the torrent, which has not completed them, so they stay where they are: ${named}${more}.`
}

const mayHaveGoneNow =
  'It is unknown whether the torrent went. Its files were not moved; restore it if it is missing on its server.'

/** After these it is on its server, or its files are nobody's but those of whoever removed it. */
const stayed: ReadonlySet<string> = new Set([NOT_REMOVED, SERVER_LEFT, 'removed_by_another', 'came_back'])

/** By what they ended with. */
const whyNot: Readonly<Record<string, string>> = {
  removed_by_another: 'Another program or person removed it first, so its files stay where they are.',
  came_back: 'It is on its server again, so its files stay where they are.',
  [SERVER_LEFT]: 'Its server left the configuration before anything was sent.',
  another_server: 'Another server answers at its address, so its files stay where they are.',
}

type Steps = SagaKind['steps']

/** How long it is tried again, ms. Out of a mount nothing can ever be moved. */
function mayPass({code, about}: CommodarrError): number {
  if (code === 'content_unknown') return waits.ownersKnown.ms
  return code === 'disk_failed' && about['system'] !== 'EXDEV' ? waits.diskBack.ms : 0
}

/** It may have been begun before a crash. */
async function moveOnce(eraser: Eraser, plan: RecyclePlan): Promise<void> {
  const begun = await eraser.entry(plan)
  if (begun) await eraser.finish(begun)
  // Half way back it went all the way.
  if (!begun || begun.state === 'restoring') await eraser.recycle(plan)
}

async function takeBack(eraser: Eraser, plan: RecyclePlan): Promise<void> {
  if (await eraser.entry(plan)) await eraser.restore(plan)
}
