import {useMutation} from '@tanstack/react-query'
import {testArr} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {announce} from '../../../ui/announce.ts'

export interface ArrTestState {
  readonly run: () => void
  readonly isBusy: boolean
  /** What came of it, in words; `null` = not tried, or put away. */
  readonly result: {readonly isWell: boolean; readonly words: string} | null
  readonly dismiss: () => void
}

/** Tries an Arr now, with its result in place. */
export function useArrTest(id: string): ArrTestState {
  const trying = useMutation({
    mutationFn: () => testArr(id),
    onSuccess: ({app, version}) => announce(text('arr.tested', {app, version})),
  })
  const {data, error} = trying
  return {
    run: () => trying.mutate(),
    isBusy: trying.isPending,
    result: error
      ? {isWell: false, words: error.message}
      : data
        ? {isWell: true, words: text('arr.tested', {app: data.app, version: data.version})}
        : null,
    dismiss: trying.reset,
  }
}
