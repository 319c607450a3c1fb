/**
 * Programs that rules start: those that the configuration names, for rules of administrators alone, once for each
 * torrent. That one was started is written down first, so that a crash leaves nothing to be started twice.
 */
import {createHash} from 'node:crypto'
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {Refusal} from '#executor/guards/guard.ts'
import {shownMessage} from '#executor/shown.ts'
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {WorkContext} from '#journal/journal.ts'
import {Semaphore} from '#lib/semaphore.ts'
import type {CommandResult} from '#model/command.ts'
import type {Decision, DecisionFacts, StandingRule, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Fact, FactName} from '#model/fact.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import {DAY, type Seconds} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import type {ConfigInForce} from '../supervision/config-in-force.ts'
import type {ProgramRun, RunProgram} from './run-program.ts'

interface ProgramParams {
  readonly program: string
  readonly arguments?: readonly string[]
  readonly timeout?: Seconds
}

interface ProgramWish {
  readonly decision: Decision
  readonly action: WantedAction
  readonly key: TorrentKey
  /** Its entry in the journal, as it is meant. */
  readonly entry: JournalEntry
  /** Asked when that is written down, in the moment it starts. */
  readonly objection: () => Refusal | null
}

const STARTED = 'program'
const VERSION = 1
const USUAL_SECONDS = 60
/** A rule that wants it still after so long has it again. */
const KEPT_MS = 365 * DAY * 1_000
const AT_ONCE = 2

export class Programs {
  readonly #config: Pick<ConfigInForce, 'programPath' | 'observes'>
  readonly #environment: ProgramEnvironment
  readonly #deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'set' | 'cancel'>
  readonly #runProgram: RunProgram
  readonly #context: WorkContext
  readonly #gate = new Semaphore(AT_ONCE)
  readonly #stopping = new AbortController()

  constructor(
    config: Pick<ConfigInForce, 'programPath' | 'observes'>,
    environment: ProgramEnvironment,
    deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'set' | 'cancel'>,
    run: RunProgram,
    context: WorkContext,
  ) {
    this.#config = config
    this.#environment = environment
    this.#deadlines = deadlines
    this.#runProgram = run
    this.#context = context
  }

  /** What is under way is ended. */
  stop(): void {
    this.#stopping.abort()
  }

  /** Whether it was started for this torrent already; `failed` = in vain, and not long ago. */
  lately(decision: Decision, action: WantedAction): 'done' | 'failed' | null {
    const record = this.#deadlines.of(STARTED, nameOf(decision, action))
    if (record === null || record.dueAt <= this.#context.clock.now()) return null
    return (record.detail as Started).isDone ? 'done' : 'failed'
  }

  /** Why the owner of this rule cannot have it started; `null` = he can. */
  objection({params}: WantedAction, {access}: Pick<StandingRule, 'access'>): Refusal | null {
    const {program} = params as unknown as ProgramParams
    if (!access.permits('admin')) {
      const message = 'Programs of this machine are started by rules of administrators alone.'
      return {code: 'forbidden', message}
    }
    if (this.#config.observes) {
      const message = 'Rules are only observed, so no program is started.'
      return {code: 'not_supported', message}
    }
    if (this.#config.programPath(program) === null) {
      const message = `The configuration names no program ${program} in [Settings] Programs.`
      return {code: 'not_supported', message}
    }
    return null
  }

  /** Resolves when it has ended. */
  start(wish: ProgramWish): Promise<CommandResult> {
    return this.#gate.run(() => this.#start(wish))
  }

  async #start(wish: ProgramWish): Promise<CommandResult> {
    const {decision, action, entry, objection} = wish
    try {
      await this.#context.journal.write([entry])
      await this.#note(decision, action, {isDone: false}, waits.programFailed.ms)
      await this.#context.journal.write([stepAfter(entry, {at: this.#context.clock.now(), phase: 'sending'})])
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      const message = 'It cannot be recorded, so it was not started.'
      return {outcome: 'refused', code: error.code, message}
    }
    const no = this.#stopping.signal.aborted ? stopped : objection()
    if (no) {
      await this.#forget(decision, action)
      return this.#noteEnd(entry, {outcome: 'refused', ...no})
    }
    const end = await this.#run(wish)
    if (end.outcome === 'done') await this.#note(decision, action, {isDone: true}, KEPT_MS)
    return this.#noteEnd(entry, end)
  }

  async #run({decision, action, key, entry}: ProgramWish): Promise<CommandResult & {readonly said?: string}> {
    const {program, timeout = USUAL_SECONDS, ...given} = action.params as unknown as ProgramParams
    try {
      const ran = await this.#runProgram({
        path: this.#config.programPath(program)!,
        arguments: given.arguments ?? [],
        environment: this.#environment.of(decision, key, entry.actor.name),
        timeoutMs: timeout * 1_000,
        signal: this.#stopping.signal,
      })
      return endOf(ran, timeout)
    } catch (error) {
      const message = `It could not be started (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`
      return {outcome: 'failed', code: 'program_failed', message}
    }
  }

  /** Whether or not that can be written down, it has ended. */
  async #noteEnd(entry: JournalEntry, end: CommandResult & {readonly said?: string}): Promise<CommandResult> {
    const at = this.#context.clock.now()
    const {said, ...rest} = end
    const step =
      rest.outcome === 'done'
        ? ({phase: 'confirmed', message: said ?? ''} as const)
        : ({phase: rest.outcome, code: rest.code, message: rest.message} as const)
    try {
      await this.#context.journal.write([stepAfter(entry, {at, ...step})])
    } catch (error) {
      this.#context.log.error({err: error}, 'the end of a program could not be written to the journal')
    }
    return rest
  }

  async #note(decision: Decision, action: WantedAction, detail: Started, keptMs: number): Promise<void> {
    const at = this.#context.clock.now()
    await this.#forgetOld()
    const subject = nameOf(decision, action)
    await this.#deadlines.set({
      kind: STARTED,
      subject,
      dueAt: at + keptMs,
      version: VERSION,
      detail,
      createdAt: at,
    })
  }

  #forget(decision: Decision, action: WantedAction): Promise<void> {
    return this.#deadlines.cancel(STARTED, nameOf(decision, action))
  }

  async #forgetOld(): Promise<void> {
    for (const {kind, subject, dueAt} of this.#deadlines.ofKind(STARTED))
      if (dueAt <= this.#context.clock.now()) await this.#deadlines.cancel(kind, subject)
  }
}

interface Started {
  readonly isDone: boolean
}

const stopped: Refusal = {code: 'not_ready', message: 'Commodarr is ending.'}

/** With other arguments it is another start. */
function nameOf({ruleId, subject}: Pick<Decision, 'ruleId' | 'subject'>, {params}: WantedAction): string {
  const {program, arguments: given = []} = params as unknown as ProgramParams
  const what = createHash('sha256')
    .update(JSON.stringify([program, given]))
    .digest('base64url')
  return `${ruleId} ${subject.key} ${what.slice(0, 16)}`
}

function endOf(
  {code, output, ended}: ProgramRun,
  timeout: Seconds,
): CommandResult & {readonly said?: string} {
  const words = shownOutput(output)
  const saying = words === '' ? '' : ` It said: ${words}`
  if (ended === 'stopped') {
    const message = `Commodarr ended while it ran.${saying}`
    return {outcome: 'unconfirmed', code: 'program_stopped', message}
  }
  if (ended === 'timeOut') {
    const message = `It took longer than ${timeout} s and was ended.${saying}`
    return {outcome: 'failed', code: 'program_failed', message}
  }
  if (code === 0) return {outcome: 'done', said: words}
  const how = code === null ? 'It was ended by a signal.' : `It ended with ${code}.`
  return {outcome: 'failed', code: 'program_failed', message: how + saying}
}

const SHOWN_CHARS = 1_000

/** In one line, without what steers a terminal. */
function shownOutput(output: string): string {
  // eslint-disable-next-line no-control-regex -- that is what has to go
  const line = output.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()
  return shownMessage(line).slice(0, SHOWN_CHARS)
}

/** What is not known is not set. */
const environment: Readonly<Record<string, FactName>> = {
  COMMODARR_HASH: 'infoHash',
  COMMODARR_NAME: 'name',
  COMMODARR_SERVER: 'server.id',
  COMMODARR_CATEGORY: 'category',
  COMMODARR_TAGS: 'tags',
  COMMODARR_STATE: 'state',
  COMMODARR_PROGRESS: 'progress',
  COMMODARR_SIZE: 'size',
  COMMODARR_RATIO: 'ratio',
  COMMODARR_PRIVATE: 'isPrivate',
  COMMODARR_TRACKERS: 'tracker.hosts',
  COMMODARR_SAVE_PATH: 'savePath',
  COMMODARR_PATH: 'contentPath',
  COMMODARR_ARR: 'arr.id',
}

/** Names of those, and of what is told beside facts. */
export const programVariables: readonly string[] = [
  ...Object.keys(environment),
  'COMMODARR_OUR_PATH',
  'COMMODARR_RULE',
  'COMMODARR_RULE_NAME',
  'COMMODARR_REASON',
]

/** What a program hears of the torrent: as variables of its environment, where nothing is read as a command. */
export class ProgramEnvironment {
  readonly #facts: Pick<DecisionFacts, 'fact'>
  readonly #ourPath: (serverId: ServerId, path: string) => string | null

  /** @param ourPath where we see a path of a server; `null` = we do not */
  constructor(
    facts: Pick<DecisionFacts, 'fact'>,
    ourPath: (serverId: ServerId, path: string) => string | null,
  ) {
    this.#facts = facts
    this.#ourPath = ourPath
  }

  of(
    {ruleId, reason, subject}: Decision,
    {serverId}: TorrentKey,
    ruleName: string,
  ): Readonly<Record<string, string>> {
    const variables = new Map<string, string>()
    for (const [name, fact] of Object.entries(environment)) {
      const text = textOf(this.#facts.fact(subject, fact))
      if (text !== null) variables.set(name, text)
    }
    const path = variables.get('COMMODARR_PATH')
    const ours = path === undefined ? null : this.#ourPath(serverId, path)
    if (ours !== null) variables.set('COMMODARR_OUR_PATH', ours)
    variables.set('COMMODARR_RULE', ruleId)
    variables.set('COMMODARR_RULE_NAME', ruleName)
    variables.set('COMMODARR_REASON', reason)
    return Object.fromEntries([...variables].map(([name, text]) => [name, plain(text)]))
  }
}

function textOf(fact: Fact): string | null {
  if ('unknown' in fact || fact.value === null) return null
  return Array.isArray(fact.value) ? fact.value.join(',') : String(fact.value)
}

/** A variable ends at a NUL. */
function plain(text: string): string {
  return text.replaceAll('\0', '')
}
