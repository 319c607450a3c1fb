/** `app-process.ts` as a bench has it: started, asked, ended. */
import type {ReadyServer} from '#lab/simulators/fleet-process.ts'
import type {AppRequest, MeasureAnswer, MeasureRequest, StartAnswer} from './app-process.ts'
import {BenchProcess} from './bench-process.ts'

export class MeasuredApp {
  readonly #process = new BenchProcess<AppRequest>('app-process.ts')

  /** Resolves when all lists are complete. @param torrents of all servers together */
  start(servers: readonly ReadyServer[], torrents: number): Promise<StartAnswer> {
    return this.#process.ask({do: 'start', servers, torrents})
  }

  measure(seconds: number, what: MeasureRequest['what']): Promise<MeasureAnswer> {
    return this.#process.ask({do: 'measure', seconds, what})
  }

  end(): Promise<void> {
    return this.#process.leave()
  }
}
