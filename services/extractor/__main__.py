"""`python -m services.extractor`"""

if __name__ == "__main__":
    from services.extractor.app import main

    raise SystemExit(main())
