import {useQuery} from '@tanstack/react-query'
import {useMemo} from 'react'
import {spaceQuery} from '../../../api/space-history.ts'
import {useNow} from '../../../live/clock.ts'
import {spaceForecast, type SpaceForecast} from '#model/space-forecast.ts'

const LOOK_MS = 600_000
const none: ReadonlyMap<string, SpaceForecast> = new Map()

/** Servers whose disk ends within a month, by id. */
export function useSpaceForecasts(): ReadonlyMap<string, SpaceForecast> {
  const {data} = useQuery(spaceQuery)
  const now = useNow(LOOK_MS)
  return useMemo(() => {
    if (!data?.servers) return none
    const all = data.servers.flatMap(({server_id: id, values}) => {
      const forecast = spaceForecast(data.at, values.free_space ?? [], now)
      return forecast === null ? [] : [[id, forecast] as const]
    })
    return new Map(all)
  }, [data, now])
}
