/**
 * What a person is asked for before he changes by what somebody comes in as him: his password, a second step, a key. A
 * browser that was left open, or a session that was stolen, must not be enough. Refusals are written down here, for these
 * and for all who come in: the first of an hour at once, those behind it as one line.
 */
import type {Clock} from '#lib/clock.ts'
import type {Principal, User, UserId} from '#model/access.ts'
import {withRepeated, type AuditEvent, type RefusalNotes} from '#model/audit-event.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import type {Store} from '#store/store.ts'
import {ownActor} from './admission.ts'
import {RefusedAttempt, type Attempts} from './attempts.ts'
import type {Sessions, Whereabouts} from './sessions.ts'
import {latestTime} from './terms.ts'
import type {TwoStep} from './two-step.ts'

/** A log-in elsewhere is fresh for so long. */
const FRESH_MS = 600_000

/** What was refused to whom, and of whom. */
type RefusedProof = Pick<AuditEvent, 'actor' | 'subject' | 'verb' | 'name' | 'args'>

/** Refused proofs of who somebody is, in the journal. */
export class RefusedProofs {
  readonly #store: Pick<Store, 'write'>
  readonly #clock: Clock
  readonly #notes: RefusalNotes

  constructor(store: Pick<Store, 'write'>, clock: Clock, notes: RefusalNotes) {
    this.#store = store
    this.#clock = clock
    this.#notes = notes
  }

  /** @throws {StorageFault} */
  note(what: RefusedProof, {code, message}: Pick<CommodarrError, 'code' | 'message'>): Promise<void> {
    const event: AuditEvent = {...what, serverId: null, refused: {code, message}}
    return this.#notes.note({...what, code, about: what.name}, (repeated) =>
      this.#store.write((db) => appendEvent(db, withRepeated(event, repeated), this.#clock.now())),
    )
  }

  /** @returns what an attempt throws that counts: also when it cannot be written down, then with that as its cause */
  async attempt(what: RefusedProof, refused: CommodarrError): Promise<RefusedAttempt> {
    try {
      await this.note(what, refused)
      return new RefusedAttempt(refused)
    } catch (fault) {
      return new RefusedAttempt(fault)
    }
  }
}

/** What he shows; `null` = nothing. */
interface Shown {
  readonly password: string | null
  /** Absent = the second step is of no matter here. */
  readonly code?: string | null
}

interface OwnProofDeps {
  readonly isPassword: (userId: UserId, password: string) => Promise<boolean>
  readonly twoStep: TwoStep
  readonly sessions: Pick<Sessions, 'get'>
  readonly attempts: Attempts
  readonly proofs: RefusedProofs
  readonly clock: Clock
}

export class OwnProof {
  readonly #parts: OwnProofDeps

  constructor(parts: OwnProofDeps) {
    this.#parts = parts
  }

  /**
   * Password and code of who has a password here. Who logs in at a provider has to have done so just now; for whom a proxy
   * speaks, it does so with each request, and there is nothing more to ask.
   * @param principal how he came in
   * @throws {CommodarrError} session_required, bad_argument, and as `shows`
   */
  async demand(
    principal: Pick<Principal, 'via' | 'credentialId'>,
    user: User,
    shown: Shown,
    what: Pick<RefusedProof, 'subject' | 'verb' | 'args'>,
    from: Whereabouts,
  ): Promise<void> {
    if (user.hasPassword) return this.shows(user, shown, what, from)
    if (principal.via === 'proxy' || this.#isFresh(principal)) return
    throw new CommodarrError(
      'session_required',
      'Log in again at your provider first: this needs a login within the last ten minutes.',
    )
  }

  /**
   * Counted by the account alone, which bounds it, and apart from log-ins: strangers guess there, and may share his address. Password and code apart from each other, too: whoever knows the
   * password must not win guesses of the code by it.
   * @throws {CommodarrError} bad_argument (no password), code_required, sign_in_refused, too_many_attempts, or a storage fault
   */
  async shows(
    user: User,
    {password, code}: Shown,
    what: Pick<RefusedProof, 'subject' | 'verb' | 'args'>,
    from: Whereabouts,
  ): Promise<void> {
    const {attempts, isPassword, twoStep, proofs} = this.#parts
    if (password === null) {
      throw new BadArgument('This takes the password of your account, too.', {field: 'password'})
    }
    const refused = (message: string) =>
      proofs.attempt(
        {...what, name: user.name, actor: ownActor(user, from)},
        new CommodarrError('sign_in_refused', message),
      )
    await attempts.checkKnown(`own proof ${user.id}`, async () => {
      if (!(await isPassword(user.id, password))) throw await refused('The password is wrong.')
    })
    if (code === undefined || !twoStep.isOn(user.id)) return
    if (code === null) throw new CommodarrError('code_required', 'This account asks for a code, too.')
    await attempts.checkKnown(`own code ${user.id}`, async () => {
      if (!(await twoStep.check(user.id, code))) throw await refused('The code is wrong, or was used before.')
    })
  }

  #isFresh({via, credentialId}: Pick<Principal, 'via' | 'credentialId'>): boolean {
    const {sessions, clock} = this.#parts
    const session = via === 'session' && credentialId !== null ? sessions.get(credentialId) : null
    return session !== null && Math.abs(latestTime(clock) - session.createdAt) < FRESH_MS
  }
}
