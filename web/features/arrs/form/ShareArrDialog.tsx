import {useQuery} from '@tanstack/react-query'
import {arrDefinitionQuery, shareArr} from '../../../api/arrs.ts'
import {SharingDialog} from '../../servers/dialogs/SharingDialog.tsx'

/** Who sees an Arr, and who may command it. */
export function ShareArrDialog({id, onClose}: {id: string; onClose: () => void}) {
  const {data, error} = useQuery(arrDefinitionQuery(id))
  return (
    <SharingDialog
      of="arr"
      name={data?.name ?? id}
      known={data?.sharing}
      fault={error}
      save={(sharing) => shareArr(id, sharing)}
      onClose={onClose}
    />
  )
}
