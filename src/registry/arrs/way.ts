import type {ArrCard, ArrWay} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ArrDirectory} from './directory.ts'

/** How an Arr is asked, for who may ask it. @throws {CommodarrError} arr_not_ready */
export function wayTo(directory: Pick<ArrDirectory, 'former' | 'reachOf'>, card: ArrCard): ArrWay {
  const {config = null} = directory.former(card.id) ?? {}
  const [url, apiKey] = [config?.URI ?? null, config?.APIKey ?? null]
  if (config === null || url === null || apiKey === null) {
    throw new CommodarrError('arr_not_ready', 'Its address or its key is missing, or cannot be read.')
  }
  return {url, apiKey, skipVerify: config.SkipTLSVerify, reach: directory.reachOf(card)}
}
