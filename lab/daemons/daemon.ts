/** What every real daemon of the lab is to a test, whatever its kind. */
import {rmSync} from 'node:fs'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {plainServer} from '../plain-server.ts'
import type {DaemonFolder, DaemonProcess} from './process.ts'
import type {Suite} from './suites.ts'

export interface DaemonOptions {
  readonly suite: Suite
  /** Id of the server it becomes. Default: kind and suite. */
  readonly id?: string | undefined
}

export interface LabDaemon {
  readonly kind: ServerKind
  readonly suite: Suite
  /** As the program itself says it. */
  readonly version: string
  readonly url: string
  readonly username: string
  readonly password: string
  /** Ready for a client; its path mapping lets the client see the daemon's disk. */
  readonly definition: ServerDefinition
  /** The daemon's own folder, as we see it. */
  readonly folder: string
  /** The same folder of downloads: as we see it, and as the daemon writes it. */
  readonly downloadDir: string
  readonly serverDownloadDir: string
  readonly peerAddress: string
  readonly peerPort: number
  /** Of the daemon now running; a restart changes it. */
  readonly pid: number
  /** A path of the daemon as we see it. */
  ours(serverPath: string): string
  /** Orderly; its state stays on disk. */
  stop(): Promise<void>
  /** SIGKILL: as in a crash. */
  kill9(): Promise<void>
  /** The same daemon with the same state, on the same ports; stops it first when it runs. */
  restart(): Promise<void>
  /** Ends it and removes all it had. */
  dispose(): Promise<void>
}

interface DaemonFacts {
  readonly kind: ServerKind
  readonly suite: Suite
  readonly id: string
  readonly version: string
  readonly url: string
  readonly username: string
  readonly password: string
  readonly folder: DaemonFolder
  readonly peerAddress: string
  readonly peerPort: number
  /** In the order of starting; stopped the other way round. The first is the daemon itself. */
  readonly processes: readonly DaemonProcess[]
  readonly definition?: Partial<ServerDefinition> | undefined
}

/** @param facts of a daemon that runs already */
export function labDaemon(facts: DaemonFacts): LabDaemon {
  const {folder, processes} = facts
  const root = folder.ours.slice(0, folder.ours.length - folder.server.length)
  const each = async (act: (process: DaemonProcess) => Promise<void>) => {
    for (const one of processes.toReversed()) await act(one)
  }
  const stop = () => each((one) => one.stop())
  return {
    ...facts,
    folder: folder.ours,
    definition: definitionOf(facts),
    downloadDir: `${folder.ours}/downloads`,
    serverDownloadDir: `${folder.server}/downloads`,
    get pid() {
      return processes[0]!.pid
    },
    ours: (serverPath) => root + serverPath,
    stop,
    kill9: () => each((one) => one.kill9()),
    restart: async () => {
      await stop()
      for (const one of processes) await one.start()
    },
    // Nobody reads what an orderly end would write.
    dispose: async () => {
      await each((one) => one.kill9())
      rmSync(folder.ours, {recursive: true, force: true})
    },
  }
}

function definitionOf(facts: DaemonFacts): ServerDefinition {
  return {
    ...plainServer,
    id: asServerId(facts.id),
    name: facts.id,
    kind: facts.kind,
    url: facts.url,
    username: facts.username === '' ? null : facts.username,
    password: facts.password === '' ? null : new Secret(facts.password),
    paths: [{server: facts.folder.server, ours: facts.folder.ours}],
    ...facts.definition,
  }
}

export function daemonId(kind: ServerKind, options: DaemonOptions): string {
  return options.id ?? `${kind}-${options.suite}`
}
