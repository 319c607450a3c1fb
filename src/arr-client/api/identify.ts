/**
 * What answers at this address, and by which API. `/api` says the current version since 2021; before that, and behind
 * proxies that let nothing but `/api/vN` pass, the versions are tried.
 * Source: Sonarr and Radarr.
 */
import {ServerFault} from '#model/errors.ts'
import {notAnArr} from './arr-faults.ts'
import type {ArrHttpClient} from './http-client.ts'
import {apiInfo, systemStatus} from './shapes.ts'

export interface Identity {
  readonly app: string
  readonly name: string
  readonly version: string
  /** `/api/v3` */
  readonly prefix: string
  readonly inContainer: boolean
  readonly startedAt: number | null
}

/** Sonarr alone has v5, and serves v3 beside it. */
const versions = ['v3', 'v1', 'v5']

/**
 * A login page, or a refusal, at one path says nothing of the next one: proxies let single paths pass, and apps answer
 * so where they do not know one.
 * @throws {ServerFault} login_refused = somewhere the key is not accepted; wrong_server = no Arr
 */
export async function identify(http: ArrHttpClient, signal?: AbortSignal): Promise<Identity> {
  const faults: ServerFault[] = []
  const {data} = apiInfo.safeParse(await orFault(http.probe('/api', signal), faults))
  const current = data !== undefined && /^v\d{1,2}$/.test(data.current) ? [data.current] : []
  for (const version of new Set([...current, ...versions])) {
    const identity = await orFault(identityAt(http, `/api/${version}`, signal), faults)
    if (identity !== null) return identity
  }
  throw faults.find(({code}) => code === 'login_refused') ?? faults[0] ?? notAnArr()
}

/** That a path gives no answer of an Arr is written down. @throws whatever another path would not change */
async function orFault<T>(answer: Promise<T>, faults: ServerFault[]): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof ServerFault) || !ofThisPath.has(error.code)) throw error
    faults.push(error)
    return null
  }
}

const ofThisPath: ReadonlySet<string> = new Set(['login_refused', 'wrong_server', 'answer_invalid'])

/** @returns `null` = this API is not there */
export async function identityAt(
  http: ArrHttpClient,
  prefix: string,
  signal?: AbortSignal,
): Promise<Identity | null> {
  const answer = await http.probe(`${prefix}/system/status`, signal)
  if (answer === null) return null
  const {data} = systemStatus.safeParse(answer)
  if (data === undefined || data.appName === '') throw notAnArr()
  const {appName, instanceName, version, isDocker, startTime} = data
  return {app: appName, name: instanceName, version, prefix, inContainer: isDocker, startedAt: startTime}
}
