import {purgeFromTrash, type TrashItem} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {bytes, written} from '../../ui/format.ts'
import {toast} from '../../ui/toast.ts'
import {ConfirmDialog} from '../accounts/ConfirmDialog.tsx'

/** For good: nothing brings it back. */
export function PurgeDialog({item, onClose}: {item: TrashItem; onClose: () => void}) {
  const {id, name, server_name: server, bytes: size} = item
  return (
    <ConfirmDialog
      title={text('trash.purge.title')}
      says={text('trash.purge.says', {name, server, size: written(bytes(size))})}
      verb={text('trash.purge.do')}
      work={async () => {
        await purgeFromTrash(id)
        toast({text: text('trash.purged', {name})})
      }}
      onClose={onClose}
    />
  )
}
