/** From an address and a key to a port: which app it is decides the dialect. */
import type {ArrStatus} from '#model/arr.ts'
import {ServerFault} from '#model/errors.ts'
import {
  ArrHttpClient,
  type ArrAddress,
  type ArrLimits,
  type ArrSurroundings,
  type OutgoingPolicy,
} from './http-client.ts'
import {ArrClient} from './client.ts'
import type {Dialect} from './dialect.ts'
import {identify, identityAt, type Identity} from './identify.ts'
import {lidarr} from './lidarr.ts'
import type {ArrPort} from './port.ts'
import {radarr} from './radarr.ts'
import {readarr} from './readarr.ts'
import {sonarr} from './sonarr.ts'
import {sonarrV5} from './sonarr-v5.ts'
import {whisparrV2, whisparrV3} from './whisparr.ts'

interface OpenOptions extends ArrSurroundings {
  readonly limits?: ArrLimits
  readonly signal?: AbortSignal
  /** Who answered at this address before: it is not asked again. */
  readonly known?: ArrStatus | null
}

/** @throws {ServerFault} {BadArgument} {CommodarrError} address_forbidden */
export async function openArr(
  address: ArrAddress,
  policy: OutgoingPolicy,
  {limits, signal, known = null, ...surroundings}: OpenOptions = {},
): Promise<ArrPort> {
  const http = new ArrHttpClient(address, policy, limits, surroundings)
  const before = known && dialectOf({...known, prefix: `/api/${known.apiVersion}`})
  if (known && before) return new ArrClient(http, before, known)
  try {
    const identity = await identify(http, signal)
    const dialect = dialectOf(identity)
    if (dialect !== null) return new ArrClient(http, dialect, statusOf(identity, dialect))
    // A newer API than we know: the older one is served beside it for years.
    for (const older of dialectsOf(identity)) {
      const again = await identityAt(http, older.prefix, signal)
      if (again !== null) return new ArrClient(http, older, statusOf(again, older))
    }
    throw new ServerFault(
      'wrong_server',
      'not_a_torrent_server',
      `${identity.app} is none of the Arrs we know.`,
    )
  } catch (error) {
    await http.close()
    throw error
  }
}

function statusOf(
  {app, name, version, inContainer, startedAt}: Identity,
  {kind, prefix}: Dialect,
): ArrStatus {
  return {kind, app, name, version, inContainer, startedAt, apiVersion: prefix.slice('/api/'.length)}
}

function dialectOf(identity: Pick<Identity, 'app' | 'version' | 'prefix'>): Dialect | null {
  return dialectsOf(identity).find(({prefix}) => prefix === identity.prefix) ?? null
}

/** Newest API first. */
function dialectsOf({app, version}: Pick<Identity, 'app' | 'version'>): readonly Dialect[] {
  switch (app.toLowerCase()) {
    case 'radarr':
      return [radarr]
    case 'sonarr':
      return [sonarrV5, sonarr]
    case 'lidarr':
      return [lidarr]
    case 'readarr':
      return [readarr]
    case 'whisparr':
      return [version.startsWith('2.') ? whisparrV2 : whisparrV3]
    default:
      return []
  }
}
