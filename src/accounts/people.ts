/** Everything by which people come in and are kept, put together once for the program and its tests. */
import type {Clock} from '#lib/clock.ts'
import {TokenBuckets} from '#lib/token-bucket.ts'
import type {UserId} from '#model/access.ts'
import type {RefusalNotes} from '#model/audit-event.ts'
import type {ServerRegistry} from '#model/services.ts'
import type {Store} from '#store/store.ts'
import {Admissions, memberLogIns} from './admission.ts'
import {ApiKeys, type ApiKeyDeps} from './api-keys.ts'
import {Attempts} from './attempts.ts'
import {Endings} from './endings.ts'
import {FileUser} from './file-user.ts'
import {InvitationRepository, Invitations} from './invitations.ts'
import {KnownDevices} from './known-devices.ts'
import {LogIn} from './log-in.ts'
import {OwnProof, RefusedProofs} from './own-proof.ts'
import {PasswordChanges} from './password-changes.ts'
import {Passwords, type Hashing} from './passwords.ts'
import type {Sealer} from './secrets.ts'
import {Sessions} from './sessions.ts'
import {SetUp, type SetUpDeps} from './set-up.ts'
import type {SettingValues} from '#model/setting-values.ts'
import type {TwoStep} from './two-step.ts'
import {UserPrincipals} from './user-principals.ts'
import {Users, type ServersOfUsers} from './users.ts'

export interface PeopleDeps<T extends TwoStep = TwoStep>
  extends Pick<SetUpDeps, 'otherWays'>, Pick<ApiKeyDeps, 'token'> {
  readonly store: Pick<Store, 'read' | 'write'>
  readonly clock: Clock
  readonly refusals: RefusalNotes
  /** For what browsers keep. */
  readonly sealer: Pick<Sealer, 'encrypt' | 'open'>
  /** For what people may see. */
  readonly servers: ServerRegistry
  /** For what becomes of the servers of somebody who goes. */
  readonly serversOfUsers: ServersOfUsers
  /** How long sessions last, and whether people log in with passwords at all. */
  readonly settings: {
    readonly values: Pick<SettingValues, 'sessionIdleDays' | 'sessionAbsoluteDays' | 'passwordLogIn'>
  }
  /** The second step; it is told the users it is about. */
  readonly twoStep: (users: Users) => Promise<T>
  /** What could not be written beside (times of last use); it is tried again. */
  readonly onFault: (error: unknown) => void
  /** For tests: cheaper hashes. */
  readonly hashing?: Hashing | undefined
  /** The first administrator was made. */
  readonly onSetUp?: () => void
}

export interface People {
  readonly endings: Endings
  readonly users: Users
  readonly sessions: Sessions
  readonly keys: ApiKeys
  readonly principals: UserPrincipals
  readonly attempts: Attempts
  readonly proofs: RefusedProofs
  readonly proof: OwnProof
  readonly logIn: LogIn
  readonly setUp: SetUp
  readonly fileUser: FileUser
  readonly invitations: Invitations
  readonly passwordChanges: PasswordChanges
  /** Writes what waits to be written; before the database is closed. */
  close(): Promise<void>
}

/** @throws {StorageFault} */
export async function openPeople<T extends TwoStep>(
  parts: PeopleDeps<T>,
): Promise<People & {readonly twoStep: T}> {
  const {store, clock, settings, servers, serversOfUsers, onFault, hashing} = parts
  const endings = new Endings()
  const sessions = await Sessions.load(store, clock, endings, settings, onFault)
  const users = await Users.load(store, clock, endings, serversOfUsers, onFault)
  const keys = await ApiKeys.load({...parts, endings, users})
  const twoStep = await parts.twoStep(users)
  const repository = await InvitationRepository.load(store, clock, users)
  const passwords = new Passwords(clock, hashing)
  const attempts = new Attempts(clock)
  const devices = new KnownDevices(parts.sealer, sessions, clock)
  const proofs = new RefusedProofs(store, clock, parts.refusals)
  const isPassword = async (id: UserId, password: string) =>
    (await passwords.check(password, users.passwordHashOf(id), users.someBcrypt())).good
  const proof = new OwnProof({isPassword, twoStep, sessions, attempts, proofs, clock})
  const admissions = new Admissions(sessions, devices, clock, new TokenBuckets(clock, memberLogIns))
  const all = {...parts, admissions, endings, users, twoStep, repository, passwords, attempts, proof, proofs}
  const passwordChanges = new PasswordChanges(all)
  return {
    endings,
    users,
    sessions,
    keys,
    attempts,
    proofs,
    proof,
    twoStep,
    passwordChanges,
    principals: new UserPrincipals({users, servers}),
    logIn: new LogIn(all),
    setUp: new SetUp({...all, onDone: parts.onSetUp}),
    fileUser: new FileUser(all.store, all.clock, all.users, all.endings),
    invitations: new Invitations({...all, passwordChanges}),
    close: async () => {
      await sessions.close()
      await keys.close()
      await users.close()
    },
  }
}
