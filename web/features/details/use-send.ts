import {useMutation} from '@tanstack/react-query'
import type {WireKey} from '../../api/actions.ts'
import {queries} from '../../api/queries.ts'
import {toast} from '../../lib/toast.ts'

/** Sends a change of a torrent from where no dialog waits for the answer; what fails is said in a toast. */
export function useSend(of: WireKey): (change: () => Promise<void>, then?: () => void) => void {
  const {mutate} = useMutation({
    mutationFn: (change: () => Promise<void>) => change(),
    onSettled: () => lookAgain(of),
    onError: (error) => void toast({text: error.message, tone: 'bad'}),
  })
  return (change, then) => mutate(change, then && {onSuccess: then})
}

/** Whatever was read of it is read again. */
export function lookAgain({server_id, info_hash}: WireKey): void {
  void queries.invalidateQueries({queryKey: ['details', server_id, info_hash]})
}
