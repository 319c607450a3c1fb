/** What an Arr knows of the servers it hands its downloads to. */
import type {Secret} from './secret.ts'
import type {ServerKind} from './server.ts'

/** Where it answers, and with which key. */
export interface ArrToAsk {
  readonly url: string
  readonly apiKey: Secret
  readonly skipVerify: boolean
}

export interface ArrIdentity {
  /** As it calls itself: Radarr, Sonarr, … */
  readonly app: string
  /** As its owner called it; '' = as the app. */
  readonly name: string
  readonly version: string
  /** Without a slash at its end. */
  readonly url: string
  /** It runs in a container, so `localhost` and short names are those of its own network. */
  readonly inContainer: boolean
}

export interface ArrDownloadClient {
  readonly name: string
  /** The Arr's word for what it is: QBittorrent, Transmission, RTorrent, … */
  readonly implementation: string
  /** `null` = no kind of server we know. */
  readonly kind: ServerKind | null
  readonly enabled: boolean
  /** As the Arr reaches it. */
  readonly host: string
  readonly port: number | null
  readonly tls: boolean
  /** Path below which it answers; '' = none. */
  readonly urlBase: string
  readonly username: string | null
  /** `null` = none, or the Arr does not tell. */
  readonly password: Secret | null
  readonly apiKey: Secret | null
  /** Secrets it has and does not tell. */
  readonly masked: readonly ('password' | 'apiKey')[]
  /** Its downloads are put there: before and after they were imported. */
  readonly categories: readonly string[]
}

export interface ArrDownloadClients {
  readonly arr: ArrIdentity
  /** For torrents alone. */
  readonly clients: readonly ArrDownloadClient[]
}
