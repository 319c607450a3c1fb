/** An Arr with two items of two parts each, and a torrent server whose category it uses. */
import type {InstanceConfig} from './config.ts'
import {assembleSim, type ArrSim} from './create.ts'
import type {ArrApp} from './dialects.ts'

export function withTwoItems(app: ArrApp, more: Partial<InstanceConfig> = {}): ArrSim {
  const units = [{number: 1}, {number: 2}]
  const library = [
    {title: 'First Item', year: 2020, units},
    {title: 'Second Item', year: 2020, units},
  ]
  const downloadClients = [{name: 'A', category: 'mine'}]
  return assembleSim({
    clock: 'virtual',
    validation: null,
    instances: [{name: 'Arr', app, library, downloadClients, ...more}],
  })
}
