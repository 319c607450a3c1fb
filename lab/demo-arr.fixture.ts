/** A Radarr of the demo in a time of its own, with a server to which what was offered comes, or does not. */
import {assembleSim, type ArrSim} from './arrs/create.ts'
import type {Arr} from './arrs/arr.ts'
import type {LibraryItemConfig} from './arrs/library.ts'
import type {Offer, Repeat} from './demo-healing.ts'
import {TAKES_BETTER} from './demo-questions.ts'

export interface DemoArr {
  readonly sim: ArrSim
  readonly arr: Arr
  readonly offer: Offer
  readonly every: Repeat
  /** Names of what was offered. */
  readonly offered: string[]
  /** Lets so many ms pass; what nobody has a copy of does not come meanwhile. */
  pass(ms: number): Promise<void>
}

const MINUTE_MS = 60_000

/** @param library of the Radarr */
export function demoArr(library: readonly LibraryItemConfig[] = []): DemoArr {
  const sim = assembleSim({
    clock: 'virtual',
    validation: null,
    instances: [
      {
        name: 'Radarr',
        app: 'radarr',
        library,
        downloadClients: [{name: 'A', category: 'films'}],
        qualityProfiles: TAKES_BETTER,
      },
    ],
  })
  const {arr} = sim.arr('Radarr')
  const offered: string[] = []
  const stalled: string[] = []
  return {
    sim,
    arr,
    offered,
    offer: async ({name, comes}, seed) => {
      const hash = seed.toString(16).padStart(40, 'a')
      offered.push(name)
      if (!comes) stalled.push(hash)
      return hash
    },
    every: (ms, turn) => {
      let stop = (): void => {}
      const wait = (): void => {
        stop = sim.time.after(ms, () => {
          void sim.time.outside(turn())
          wait()
        })
      }
      wait()
      return () => stop()
    },
    async pass(ms) {
      for (let left = ms; left > 0; left -= MINUTE_MS) {
        // A torrent has its script as soon as it was grabbed.
        for (const hash of stalled) arr.clients[0]!.backend.setLife!(hash, {completeAfter: null})
        await sim.time.advance(Math.min(left, MINUTE_MS / 6))
        for (const hash of stalled) arr.clients[0]!.backend.setLife!(hash, {completeAfter: null})
        await sim.time.advance(Math.max(0, Math.min(left, MINUTE_MS) - MINUTE_MS / 6))
      }
    },
  }
}
