import {useMutation} from '@tanstack/react-query'
import {useCallback, useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {orderServers} from '../../../api/servers.ts'
import {toast} from '../../../ui/toast.ts'
import {amongOwn, inOrder} from './order.ts'

/**
 * The servers as somebody just put them; what the server says holds again once it has answered.
 *
 * @returns `setOrder` with his own ones in their new order
 */
export function useServerOrder(
  servers: readonly LiveServer[],
): readonly [shown: readonly LiveServer[], setOrder: (own: readonly string[]) => void] {
  const [put, setPut] = useState<readonly string[] | null>(null)
  const sent = useMutation({
    mutationFn: orderServers,
    onError: (error) => {
      setPut(null)
      toast({text: error.message, tone: 'bad'})
    },
  })
  const present = servers.map(({server_id: id}) => id)
  // The new order came back: from now on it is the server's again.
  if (put !== null && sent.isSuccess && present.join(' ') === put.join(' ')) setPut(null)
  const {mutate} = sent
  const before = present.join(' ')
  const setOrder = useCallback(
    (own: readonly string[]) => {
      setPut(amongOwn(before.split(' '), own))
      mutate(own)
    },
    [mutate, before],
  )
  return [inOrder(servers, put, (server) => server.server_id), setOrder]
}
