import {useMutation} from '@tanstack/react-query'
import {useRef} from 'react'
import type {WireKey} from '../../../api/actions.ts'
import {banPeer} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Note} from '../../../ui/Note.tsx'
import {toast} from '../../../ui/toast.ts'
import {lookAgain} from '../use-send.ts'

/** Asks before a peer is banned: Commodarr can not take that back. */
export function BanDialog({
  of,
  address,
  server,
  onClose,
}: {
  of: WireKey
  address: string
  server: string
  onClose: () => void
}) {
  const cancel = useRef<HTMLButtonElement>(null)
  const ban = useMutation({
    mutationFn: () => banPeer(of.server_id, address),
    onSuccess: () => {
      toast({text: text('peers.banned', {address})})
      lookAgain(of)
      onClose()
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="s"
      title={text('peers.ban.title', {address})}
      description={text('peers.ban.text', {server})}
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {text('details.cancel')}
          </Button>
          <Button
            variant="dangerFill"
            waitsFor={ban.isPending ? text('details.sending') : undefined}
            onClick={() => ban.mutate()}
          >
            {text('peers.ban.do')}
          </Button>
        </>
      }
    >
      {ban.error && (
        <Note tone="bad" isNews>
          {ban.error.message}
        </Note>
      )}
    </Dialog>
  )
}
