/** One simulated Arr in virtual time, asked as a program asks it, and heard. */
import {assembleSim, type ArrSim, type SimulatedArr} from './create.ts'
import type {InstanceConfig} from './config.ts'
import type {ArrApp} from './dialects.ts'
import type {TimeLine} from './time-line.ts'
import {strictValidation} from './validation.ts'

export interface Asking {
  readonly sim: ArrSim
  readonly arr: SimulatedArr
  /** Below the prefix of its API; time goes on while it is answered. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what a test knows of the answer
  ask<T>(method: string, path: string, body?: object): Promise<{status: number; value: T}>
  /** Posts a command, and lets so many ms pass. @returns how it is then */
  command(name: string, args: object, ms?: number): Promise<SaidCommand>
  /** What commands said on the live channel since it was asked last. */
  said(): string[]
  /** Names of all that was said there since then, but commands. */
  heard(): string[]
}

export interface SaidCommand {
  readonly id: number
  readonly status: string
  readonly result: string
  readonly message?: string
  readonly exception?: string
}

/** @param clock of something that is there before it */
export function asking(
  app: ArrApp,
  more: Partial<InstanceConfig> = {},
  clock: TimeLine | 'virtual' = 'virtual',
): Asking {
  const downloadClients = [{name: 'qbit', category: 'mine'}]
  const instance: InstanceConfig = {name: 'Arr', app, downloadClients, ...more}
  const sim = assembleSim({clock, validation: strictValidation, instances: [instance]})
  const arr = sim.arr('Arr')
  const said: string[] = []
  const heard: string[] = []
  arr.arr.live.listen(({name, body}) => {
    if (name !== 'command') return void heard.push(name)
    const {status, message = ''} = body.resource as SaidCommand
    said.push(`${status}: ${message}`)
  })
  const ask: Asking['ask'] = async (method, path, body) => {
    const url = new URL(`/api/${arr.arr.dialect.apis[0]!}/${path}`, 'http://arr')
    const {pathname, searchParams: query} = url
    const headers = {'x-api-key': arr.apiKey}
    const request = {method, path: pathname, query, headers, ...(body !== undefined && {body})}
    const state = {isThere: false}
    const answering = arr.answer(request).finally(() => (state.isThere = true))
    for (let turn = 0; turn < 2; turn++) await new Promise((done) => setImmediate(done))
    while (!state.isThere) await sim.time.advance(100)
    const answer = await answering
    const text = [...answer.body].join('')
    return {status: answer.status, value: (text === '' ? undefined : JSON.parse(text)) as never}
  }
  return {
    sim,
    arr,
    ask,
    async command(name, args, ms = 10_000) {
      const {value} = await ask<SaidCommand>('POST', 'command', {name, ...args})
      await sim.time.advance(ms)
      return (await ask<SaidCommand>('GET', `command/${value.id}`)).value
    },
    said: () => said.splice(0),
    heard: () => heard.splice(0),
  }
}
