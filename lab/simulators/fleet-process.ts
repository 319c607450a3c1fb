/**
 * A simulated fleet as a process of its own, for the demo, the bench and the tests: its work never counts as ours, and
 * it can be told what to do to its servers. Only types of the simulators are loaded here.
 */
import {fork, type ChildProcess} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {plainServer} from '../plain-server.ts'
import type {Order, OrderName, Orders} from './control.ts'
import type {SimServerSpec} from './sim-server.ts'

export interface FleetSpec {
  readonly servers: readonly SimServerSpec[]
}

export interface ReadyServer {
  readonly name: string
  readonly kind: ServerKind
  readonly version: string
  /** For `ServerDefinition.url`. */
  readonly url: string
  readonly username: string | null
  readonly password: string | null
}

export interface FleetReady {
  readonly ready: true
  readonly pid: number
  readonly servers: readonly ReadyServer[]
}

export interface FleetRequest {
  readonly id: number
  /** By its name in the spec. */
  readonly server: string
  readonly order: Order
}

export type FleetReply =
  | {readonly id: number; readonly value: unknown}
  | {readonly id: number; readonly error: string}

export interface FleetProcess {
  readonly pid: number
  readonly servers: readonly ReadyServer[]
  /** How the program reaches the servers, in the order of the spec. */
  readonly definitions: readonly ServerDefinition[]
  /** `report('attic', {do: 'fault', fault: {kind: 'cut', afterBytes: 100}})`. @throws what went wrong over there */
  send<N extends OrderName>(server: string, order: Order<N>): Promise<Orders[N]['answer']>
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>
}

/** Resolves when all servers listen. @throws when the process ends before that; its own words are on stderr */
export async function startFleetProcess(spec: FleetSpec): Promise<FleetProcess> {
  const script = fileURLToPath(new URL('fleet-child.ts', import.meta.url))
  const child = fork(script, [JSON.stringify(spec)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ready = await readiness(child)
  const pending = pendingReplies(child)
  let nextId = 1
  return {
    pid: ready.pid,
    servers: ready.servers,
    definitions: ready.servers.map(definitionOf),
    send<N extends OrderName>(server: string, order: Order<N>): Promise<Orders[N]['answer']> {
      const id = nextId++
      const reply = new Promise((resolve, reject) => pending.set(id, {resolve, reject}))
      child.send({id, server, order: order as Order} satisfies FleetRequest, (error) => {
        // It ended meanwhile, or is about to.
        if (!error) return
        pending.get(id)?.reject(error)
        pending.delete(id)
      })
      return reply as Promise<Orders[N]['answer']>
    },
    async stop() {
      // Not by closing its channel: Node waits for the end of a message that it is reading, and then drops it.
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** Defaults of the configuration, and what the server itself says of how to reach it. */
export function definitionOf(server: ReadyServer): ServerDefinition {
  return {
    ...plainServer,
    id: asServerId(server.name),
    name: server.name,
    kind: server.kind,
    url: server.url,
    username: server.username,
    password: server.password === null ? null : new Secret(server.password),
  }
}

function readiness(child: ChildProcess): Promise<FleetReady> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`the simulated fleet ended at its start (${code})`))
    child.once('exit', onExit)
    child.once('error', reject)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message as FleetReady)
    })
  })
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

function pendingReplies(child: ChildProcess): Map<number, Waiting> {
  const pending = new Map<number, Waiting>()
  child.on('message', (message) => {
    const reply = message as FleetReply
    const waiting = pending.get(reply.id)
    pending.delete(reply.id)
    if ('error' in reply) waiting?.reject(new Error(reply.error))
    else waiting?.resolve(reply.value)
  })
  child.once('exit', () => {
    for (const waiting of pending.values()) waiting.reject(new Error('the simulated fleet is gone'))
    pending.clear()
  })
  return pending
}
