/**
 * What answers at this address, and by which API. `/api` says the current version since 2021; before that, and behind
 * proxies that let nothing but `/api/vN` pass, the versions are tried.
 * Source: Sonarr and Radarr.
 */
import {notAnArr} from '../arr-faults.ts'
import type {ArrHttpClient} from '../http-client.ts'
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

/** @throws {ServerFault} wrong_server = no Arr */
export async function identify(door: ArrHttpClient, signal?: AbortSignal): Promise<Identity> {
  const {data} = apiInfo.safeParse(await door.probe('/api', signal))
  const isVersion = data !== undefined && /^v\d{1,2}$/.test(data.current)
  for (const version of isVersion ? [data.current] : ['v3', 'v1']) {
    const identity = await identityAt(door, `/api/${version}`, signal)
    if (identity !== null) return identity
  }
  throw notAnArr()
}

/** @returns `null` = this API is not there */
export async function identityAt(
  door: ArrHttpClient,
  prefix: string,
  signal?: AbortSignal,
): Promise<Identity | null> {
  const answer = await door.probe(`${prefix}/system/status`, signal)
  if (answer === null) return null
  const {data} = systemStatus.safeParse(answer)
  if (data === undefined || data.appName === '') throw notAnArr()
  const {appName, instanceName, version, isDocker, startTime} = data
  return {app: appName, name: instanceName, version, prefix, inContainer: isDocker, startedAt: startTime}
}
