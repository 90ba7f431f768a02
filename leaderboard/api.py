from ninja import Router

router = Router()
signed_in = Router()
