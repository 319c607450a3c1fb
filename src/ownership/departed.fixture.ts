import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {DepartedServers} from './departed.ts'

/** No server ever left. */
export const noneLeft: Pick<DepartedServers, 'fleet' | 'views' | 'of'> = {
  fleet: new Fleet(new VirtualClock(), new TimeSlice()),
  views: () => [],
  of: () => null,
}
