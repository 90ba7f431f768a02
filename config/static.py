"""Static files: compressed, named by content hash, immutable in browsers' caches."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedModulesStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites ``import`` lines inside our ES modules to the hashed names."""

    support_js_module_import_aggregation = True
