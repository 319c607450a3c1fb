/** One server and one Arr on a clock of their own, without the program: enough for what the world does to them. */
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {assembleSim, type ArrSim} from '../arrs/create.ts'
import {timeLineOn} from '../arrs/time-line.ts'
import {seededRandom} from '../simulators/random.ts'
import {World} from '../simulators/world.ts'
import type {Surroundings} from './disturbances.ts'
import {Disks} from './disks.ts'
import {Downloads} from './downloads.ts'
import {OlderStates} from './older-states.ts'
import {instanceOf, planOf, type LieName, type Plan, type PlannedArr} from './plan.ts'

const seeded = planOf(8014, 1, 4)
const arr = seeded.arrs[0]!
const {server} = arr

/** Its server and its Arr. */
export const small: {readonly server: string; readonly arr: PlannedArr; readonly plan: Plan} = {
  server,
  arr,
  plan: {
    ...seeded,
    arrs: [arr],
    clocksOff: {[server]: 600},
    foreignClients: {[arr.instance.name]: 'QBittorrent'},
  },
}

export interface SmallHarness {
  readonly clock: VirtualClock
  readonly sim: ArrSim
  readonly world: World
  readonly disks: Disks
  readonly downloads: Downloads
  readonly older: OlderStates
  /** Arrs with another database. */
  readonly noted: readonly string[]
  /** What its server was told to do. */
  readonly calls: readonly string[]
  /** Of a world that tells this lie. */
  around(lie: LieName): Surroundings
  end(): Promise<void>
}

export function smallHarness(): SmallHarness {
  const {plan} = small
  const clock = new VirtualClock()
  const instances = [instanceOf(plan, arr)]
  const sim = assembleSim({clock: timeLineOn(clock), validation: null, instances})
  const world = new World({clock, seed: 1, defaultSavePath: '/data', skewSeconds: plan.clocksOff[server]})
  const disks = new Disks()
  disks.attach(server, world, '/data')
  const random = seededRandom(2)
  const downloads = new Downloads({random, disks, now: () => clock.monotonic(), seedingSeconds: 0})
  const [noted, calls] = [[], []] as [string[], string[]]
  const reported = (call: string) => async () => void calls.push(call)
  const one = {world, server: {stop: reported('stop'), listen: reported('listen'), isListening: true}}
  const harness = {
    clock,
    isUp: false,
    lacksSection: false,
    servers: new Map([[server, one]]),
    arr: (name: string) => sim.arr(name),
    server: () => one,
    foreignClient: (name: string) => sim.server(name),
  }
  const note = (name: string) => void noted.push(name)
  const older = new OlderStates({plan, downloads, disks, harness: () => harness, note})
  older.offer(arr.instance.name)
  const parts = {harness, random, downloads, disks, older}
  return {
    clock,
    sim,
    world,
    disks,
    downloads,
    older,
    noted,
    calls,
    around: (lie) => ({...parts, plan: {...plan, lies: [lie]}}) as unknown as Surroundings,
    async end() {
      await sim.close()
      disks.end()
    },
  }
}
