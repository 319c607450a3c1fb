/** What the socket tells of actions: held removals end when nobody asks. */
import type {RecentAction} from '../../api/actions.ts'
import type {Subscriber} from '../../live/socket.ts'
import {hearOf} from './run-action.ts'

export const actionNews: Subscriber = {
  // The topic is watched together with the servers (`live/servers.ts`).
  open: () => undefined,
  receive: (message) => {
    if (message.type === 'action') hearOf(message.action as RecentAction)
  },
}
